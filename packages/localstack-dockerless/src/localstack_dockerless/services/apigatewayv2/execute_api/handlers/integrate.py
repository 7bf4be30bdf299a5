"""Sends the request through the VPC link to the load balancer's listener and takes its answer.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html (integration timeout, payload size)
https://repost.aws/knowledge-center/api-gateway-504-errors
"""

import time
from dataclasses import dataclass

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.limit_payload import LARGEST_PAYLOAD
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationTimeoutError,
    IntegrationUnavailableError,
    Send,
)


@dataclass(frozen=True)
class Integrate:
    """Is the step. It has the function that sends requests to integrations."""

    send: Send

    def __call__(self, exchange: Exchange) -> None:
        """Sets the response, or raises 500, 503 or 504."""
        integration, outgoing = exchange.integration, exchange.outgoing
        assert outgoing is not None  # noqa: S101 -- the step before this one sets it
        if integration.connection_id not in exchange.api.vpc_links:
            exchange.integrated.error = f"The VPC link {integration.connection_id} does not exist"
            raise GatewayError(500, "Internal Server Error", "INTEGRATION_FAILURE", exchange.integrated.error)
        started = time.monotonic()
        try:
            response = self.send(integration, outgoing, exchange.request.source_ip, started + integration.timeout)
        except IntegrationUnavailableError as error:
            exchange.integrated.error = str(error)
            raise GatewayError(503, "Service Unavailable", "INTEGRATION_FAILURE", str(error)) from error
        except IntegrationTimeoutError as error:
            exchange.integrated.error = str(error)
            raise GatewayError(504, "Gateway Timeout", "INTEGRATION_TIMEOUT", str(error)) from error
        finally:
            exchange.integrated.latency = round((time.monotonic() - started) * 1000)
        exchange.integrated.status = response.status
        if len(response.body) > LARGEST_PAYLOAD:
            exchange.integrated.error = "The integration's response is larger than 10 MB"
            raise GatewayError(500, "Internal Server Error", "INTEGRATION_FAILURE", exchange.integrated.error)
        exchange.response = response
