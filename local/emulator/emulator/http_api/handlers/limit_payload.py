"""Refuses what is above HTTP APIs' quotas for the size of a request.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html ("Payload size 10 MB",
"Total combined size of request line and header values 10240 bytes"). It does not say with which status too large
headers are refused; 431 is the one that HTTP has for it (RFC 6585, section 5).
"""

from emulator.http_api.exchange import ClientRequest, Exchange, GatewayError

LARGEST_PAYLOAD = 10 * 1024 * 1024
"""Bytes."""

LARGEST_HEAD = 10_240
"""Bytes of the request line and the values of the headers."""


def limit_payload(exchange: Exchange) -> None:
    """413 for a body of more than 10 MB, 431 for a request line and headers of more than 10 KB."""
    if exchange.request.body_size > LARGEST_PAYLOAD:
        raise GatewayError(413, "Request Entity Too Large", "REQUEST_TOO_LARGE")
    if _head_size(exchange.request) > LARGEST_HEAD:
        raise GatewayError(431, "Request Header Fields Too Large", "DEFAULT_4XX")


def _head_size(request: ClientRequest) -> int:
    url = f"{request.path}?{request.query}" if request.query else request.path
    line = f"{request.method} {url} {request.protocol}"
    return len(line) + sum(len(value) for _, value in request.headers)
