"""Sends requests to the private integration: a listener of the emulated load balancer."""

import time

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationTimeoutError,
    IntegrationUnavailableError,
)
from localstack_dockerless.services.elbv2.load_balancer import forward
from localstack_dockerless.services.elbv2.load_balancer.connections import TargetFailedError, TargetTimeoutError
from localstack_dockerless.services.elbv2.load_balancer.view import ListenerNotFoundError


def send(exchange: Exchange, outgoing: Outgoing, timeout: float) -> Response:
    """Returns the listener's answer (see `ports.Send`)."""
    request = forward.Request(
        outgoing.method,
        outgoing.path,
        outgoing.query,
        tuple(outgoing.headers),
        outgoing.body,
        exchange.request.source_ip,
    )
    try:
        answer = forward.forward(exchange.integration.uri, request, time.monotonic() + timeout)
    except TargetTimeoutError as error:
        raise IntegrationTimeoutError(str(error)) from error
    except ListenerNotFoundError as error:
        raise IntegrationUnavailableError(f"The listener {error} does not exist") from error
    except (TargetFailedError, forward.NoHealthyTargetError) as error:
        raise IntegrationUnavailableError(str(error)) from error
    return Response(answer.status, answer.headers, answer.body)
