"""Sends a request to the integration of its route, by the integration's kind."""

from collections.abc import Callable

from localstack_dockerless.services.apigatewayv2.execute_api import (
    http_proxy,
    lambda_proxy,
    service_action,
    vpc_link,
)
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Kind
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response

_SENDERS: dict[Kind, Callable[[Exchange, Outgoing, float], Response]] = {
    Kind.LISTENER: vpc_link.send,
    Kind.URL: http_proxy.send,
    Kind.FUNCTION: lambda_proxy.send,
    Kind.ACTION: service_action.send,
}


def send(exchange: Exchange, outgoing: Outgoing, timeout: float) -> Response:
    """Returns the integration's response (see `ports.Send`)."""
    return _SENDERS[exchange.integration.kind](exchange, outgoing, timeout)
