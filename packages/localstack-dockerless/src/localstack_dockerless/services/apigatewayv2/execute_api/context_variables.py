"""Returns the `$context` variables of an HTTP API, for mappings, identity sources and the access log.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
The variables of IAM authorizers and mutual TLS never have a value here.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Kind
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange


def context_value(exchange: Exchange, name: str) -> str | None:
    """Returns the value of `$context.<name>`. None: it has no value yet, or there is no such variable."""
    known = _VARIABLES.get(name)
    if known is not None:
        return as_text(known(exchange))
    if name.startswith("authorizer.claims."):
        return (exchange.authorized.claims or {}).get(name.removeprefix("authorizer.claims."))
    if name.startswith("authorizer."):
        return as_text(exchange.authorized.context.get(name.removeprefix("authorizer.")))
    return None


def as_text(value: Any) -> str | None:
    """Returns a value as headers and log lines have it: JSON's words for booleans, JSON for collections."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"))


def request_time(exchange: Exchange) -> str:
    """Returns the time of the request in the Common Log Format: `12/Mar/2020:19:03:58 +0000`."""
    return datetime.fromtimestamp(exchange.started_at, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")


def _stage(exchange: Exchange) -> str | None:
    return exchange.stage.name if exchange.stage else None


def _route_key(exchange: Exchange) -> str | None:
    return exchange.route.key if exchange.route else None


def _error_message(exchange: Exchange) -> str | None:
    return exchange.error.message if exchange.error else None


def _quoted_error_message(exchange: Exchange) -> str | None:
    return json.dumps(exchange.error.message) if exchange.error else None


def _status(exchange: Exchange) -> int | None:
    return exchange.response.status if exchange.response else None


def _invocation_status(exchange: Exchange) -> int | None:
    """Returns the status of Lambda's own answer, whatever the function answered. Other integrations have none."""
    integration = exchange.route.integration if exchange.route else None
    invoked = integration is not None and integration.kind is Kind.FUNCTION and exchange.integrated.status is not None
    return 200 if invoked else None


def _response_length(exchange: Exchange) -> int | None:
    return len(exchange.response.body) if exchange.response else None


def _data_processed(exchange: Exchange) -> int:
    return exchange.request.body_size + (_response_length(exchange) or 0)


_VARIABLES: dict[str, Callable[[Exchange], Any]] = {
    "accountId": lambda e: e.api.account,
    "apiId": lambda e: e.api.id,
    "authorizer.error": lambda e: e.authorized.error,
    "authorizer.integrationLatency": lambda e: e.authorized.latency,
    "authorizer.latency": lambda e: e.authorized.latency,
    "authorizer.principalId": lambda e: e.authorized.principal_id,
    "authorizer.status": lambda e: e.authorized.status,
    "awsEndpointRequestId": lambda e: e.integrated.request_id,
    "customDomain.basePathMatched": lambda e: e.mapping.key if e.mapping else None,
    "dataProcessed": _data_processed,
    "domainName": lambda e: e.request.host,
    "domainPrefix": lambda e: e.request.host.partition(".")[0],
    "error.message": _error_message,
    "error.messageString": _quoted_error_message,
    "error.responseType": lambda e: e.error.response_type if e.error else None,
    "extendedRequestId": lambda e: e.request_id,
    "httpMethod": lambda e: e.request.method,
    "identity.sourceIp": lambda e: e.request.source_ip,
    "identity.userAgent": lambda e: e.request.header("user-agent"),
    "integration.error": lambda e: e.integrated.error,
    "integration.integrationStatus": _invocation_status,
    "integration.latency": lambda e: e.integrated.latency,
    "integration.requestId": lambda e: e.integrated.request_id,
    "integration.status": lambda e: e.integrated.status,
    "integrationErrorMessage": lambda e: e.integrated.error,
    "integrationLatency": lambda e: e.integrated.latency,
    "integrationStatus": lambda e: e.integrated.status,
    "path": lambda e: e.decoded_path,
    "protocol": lambda e: e.request.protocol,
    "requestId": lambda e: e.request_id,
    "requestTime": request_time,
    "requestTimeEpoch": lambda e: int(e.started_at * 1000),
    "responseLatency": lambda e: e.latency,
    "responseLength": _response_length,
    "routeKey": _route_key,
    "stage": _stage,
    "status": _status,
}
