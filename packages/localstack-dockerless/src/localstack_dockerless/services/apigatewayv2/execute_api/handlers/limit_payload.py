"""Refuses a request above HTTP APIs' quotas for its size.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html ("Payload size 10 MB",
"Total combined size of request line and header values 10240 bytes"). It does not name the status of a
refusal. HTTP has 414 for a request line that is too long alone (RFC 9110, section 15.5.15), and 431 for headers
(RFC 6585, section 5).
"""

from localstack_dockerless.http_server.head import HEADERS_TOO_LARGE, LINE_TOO_LONG
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import ClientRequest, Exchange, GatewayError

LARGEST_PAYLOAD = 10 * 1024 * 1024
"""The bytes of a body."""

LARGEST_HEAD = 10_240
"""The bytes of the request line and the values of the headers."""


def limit_payload(exchange: Exchange) -> None:
    """Raises 413 for a body above 10 MB, and 414 or 431 for a request line and headers above 10 KB."""
    if exchange.request.body_size > LARGEST_PAYLOAD:
        raise GatewayError(413, "Request Entity Too Large", "REQUEST_TOO_LARGE")
    line = _line_size(exchange.request)
    if line > LARGEST_HEAD:
        raise GatewayError(LINE_TOO_LONG.status, LINE_TOO_LONG.message, "DEFAULT_4XX")
    if line + sum(len(value) for _, value in exchange.request.headers) > LARGEST_HEAD:
        raise GatewayError(HEADERS_TOO_LARGE.status, HEADERS_TOO_LARGE.message, "DEFAULT_4XX")


def _line_size(request: ClientRequest) -> int:
    url = f"{request.path}?{request.query}" if request.query else request.path
    return len(f"{request.method} {url} {request.protocol}")
