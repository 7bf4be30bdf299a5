"""Sends requests to HTTP_PROXY integrations: HTTP servers on this machine.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
Nothing here calls another machine. A request for another address is answered with a 501 that names the address.
"""

import time

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.loopback import is_loopback
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationTimeoutError,
    IntegrationUnavailableError,
    UnsupportedIntegrationError,
)
from localstack_dockerless.services.apigatewayv2.execute_api.url import url_of
from localstack_dockerless.services.elbv2.load_balancer import connections
from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import end_to_end
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

_pool = connections.ConnectionPool()


def send(exchange: Exchange, outgoing: Outgoing, timeout: float) -> Response:
    """Returns the server's response (see `ports.Send`)."""
    url = url_of(exchange)
    if url.scheme != "http" or not is_loopback(url.hostname):
        raise UnsupportedIntegrationError(
            f"The emulator calls only HTTP servers on this machine (http://127.0.0.1), not {url.scheme}://{url.netloc}"
        )
    host = "127.0.0.1" if (url.hostname or "").endswith("localhost") else url.hostname or ""
    target = f"{outgoing.path}?{outgoing.query}" if outgoing.query else outgoing.path
    request = connections.Outgoing(outgoing.method, target, outgoing.headers, outgoing.body)
    try:
        answer = _pool.send(Address(host, url.port or 80), request, time.monotonic() + timeout)
    except connections.TargetTimeoutError as error:
        raise IntegrationTimeoutError(str(error)) from error
    except (connections.TargetFailedError, connections.TargetRefusedError) as error:
        raise IntegrationUnavailableError(str(error)) from error
    return Response(answer.status, end_to_end(answer.headers), answer.body)
