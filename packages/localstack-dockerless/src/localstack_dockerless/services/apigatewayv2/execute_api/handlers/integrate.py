"""Sends the request to the route's integration and takes its answer.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html (integration timeout, payload size)
https://repost.aws/knowledge-center/api-gateway-504-errors
AWS does not document the answer to a Lambda integration's timeout. Live HTTP APIs answer 503.
"""

import time
from dataclasses import dataclass

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Kind
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.limit_payload import LARGEST_PAYLOAD
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationFailedError,
    IntegrationTimeoutError,
    IntegrationUnavailableError,
    Send,
    UnsupportedIntegrationError,
)


@dataclass(frozen=True)
class Integrate:
    """Is the step. It has the function that sends requests to integrations."""

    send: Send

    def __call__(self, exchange: Exchange) -> None:
        """Sets the response, or raises 500, 501, 503 or 504."""
        integration, outgoing = exchange.integration, exchange.outgoing
        assert outgoing is not None  # noqa: S101 -- the step before this one sets it
        if integration.kind is Kind.LISTENER and integration.connection_id not in exchange.api.vpc_links:
            raise _failed(exchange, f"The VPC link {integration.connection_id} does not exist")
        started = time.monotonic()
        try:
            response = self._send(exchange, outgoing)
        finally:
            exchange.integrated.latency = round((time.monotonic() - started) * 1000)
        exchange.integrated.status = response.status
        if len(response.body) > LARGEST_PAYLOAD:
            raise _failed(exchange, "The integration's response is larger than 10 MB")
        exchange.response = response

    def _send(self, exchange: Exchange, outgoing: Outgoing) -> Response:
        try:
            return self.send(exchange, outgoing, exchange.integration.timeout)
        except IntegrationUnavailableError as error:
            raise _error(exchange, 503, "Service Unavailable", str(error)) from error
        except IntegrationTimeoutError as error:
            status, message = (504, "Gateway Timeout")
            if exchange.integration.kind is Kind.FUNCTION:
                status, message = (503, "Service Unavailable")
            raise _error(exchange, status, message, str(error), "INTEGRATION_TIMEOUT") from error
        except IntegrationFailedError as error:
            raise _failed(exchange, str(error)) from error
        except UnsupportedIntegrationError as error:
            raise _error(exchange, 501, str(error), str(error)) from error


def _failed(exchange: Exchange, detail: str) -> GatewayError:
    return _error(exchange, 500, "Internal Server Error", detail)


def _error(
    exchange: Exchange, status: int, message: str, detail: str, response_type: str = "INTEGRATION_FAILURE"
) -> GatewayError:
    exchange.integrated.error = detail
    return GatewayError(status, message, response_type, detail)
