"""Completes the response: it answers an error in the gateway's form, and always adds the request id."""

import json
import time

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Response


def respond(exchange: Exchange) -> None:
    """Sets the final response."""
    if exchange.error is not None:
        body = json.dumps({"message": exchange.error.message}, separators=(",", ":")).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *exchange.error.headers]
        exchange.response = Response(exchange.error.status, headers, body)
    response = exchange.response
    assert response is not None  # noqa: S101 -- either an error or the integration has set it
    response.headers = [(name, value) for name, value in response.headers if name.lower() != "apigw-requestid"]
    response.headers.append(("Apigw-Requestid", exchange.request_id))
    exchange.latency = round((time.monotonic() - exchange.started) * 1000)
