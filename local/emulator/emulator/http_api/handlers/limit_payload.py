"""Refuses a body above HTTP APIs' quota.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html ("Payload size 10 MB")
"""

from emulator.http_api.exchange import Exchange, GatewayError

LARGEST_PAYLOAD = 10 * 1024 * 1024
"""Bytes."""


def limit_payload(exchange: Exchange) -> None:
    """413 for a body of more than 10 MB."""
    if exchange.request.body_size > LARGEST_PAYLOAD:
        raise GatewayError(413, "Request Entity Too Large", "REQUEST_TOO_LARGE")
