"""Makes the parts that the events of authorizers and of integrations share.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from collections.abc import Iterable
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import request_time
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange

Event = dict[str, Any]
Pairs = Iterable[tuple[str, str]]


def joined_headers(headers: Pairs) -> dict[str, str]:
    """Returns the headers under lower-case names. Commas join several values. Cookies are left out."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key != "cookie":
            found[key] = f"{found[key]},{value}" if key in found else value
    return found


def cookies(headers: Pairs) -> list[str]:
    """Returns each cookie of the Cookie headers."""
    sent = [value for name, value in headers if name.lower() == "cookie"]
    return [cookie.strip() for value in sent for cookie in value.split(";") if cookie.strip()]


def request_context_2(exchange: Exchange) -> Event:
    """Returns `requestContext` of payload format 2.0."""
    request, route = exchange.request, exchange.matched_route.key
    return {
        "accountId": exchange.api.account,
        "apiId": exchange.api.id,
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": exchange.decoded_path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": exchange.request_id,
        "routeKey": route,
        "stage": exchange.matched_stage.name,
        "time": request_time(exchange),
        "timeEpoch": int(exchange.started_at * 1000),
    }
