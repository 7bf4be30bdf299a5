"""Makes the integration's request from the client's.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html (the stage
is part of the path that a private integration gets, unless `overwrite:path` says otherwise)
"""

import secrets
import time
from urllib.parse import SplitResult

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Kind
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import ClientRequest, Exchange, Headers, Outgoing
from localstack_dockerless.services.apigatewayv2.execute_api.parameters import map_request
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve
from localstack_dockerless.services.apigatewayv2.execute_api.url import url_of
from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import end_to_end

_REPLACED = frozenset(
    {"content-length", "expect", "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port"}
    | {"x-forwarded-proto"}
)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def map_parameters(exchange: Exchange) -> None:
    """Sets the outgoing request: the client's, with the gateway's own headers and the integration's mappings."""
    integration, request = exchange.integration, exchange.request
    method = request.method if integration.method == "ANY" else integration.method
    headers = _for_function(request) if integration.kind is Kind.FUNCTION else _headers(request)
    outgoing = Outgoing(method, exchange.full_path, request.query, headers, request.body)
    if integration.kind is Kind.URL:
        _lead_to_url(outgoing, url_of(exchange))
    if integration.kind is not Kind.ACTION:
        map_request(outgoing, integration.request_parameters, lambda text: resolve(exchange, text))
    exchange.outgoing = outgoing


def _lead_to_url(outgoing: Outgoing, url: SplitResult) -> None:
    outgoing.path = url.path or "/"
    outgoing.query = "&".join(part for part in (url.query, outgoing.query) if part)
    kept = [(name, value) for name, value in outgoing.headers if name.lower() != "host"]
    outgoing.headers = [("Host", url.netloc), *kept]


def _headers(request: ClientRequest) -> Headers:
    """Returns the client's headers without hop-by-hop ones. `Forwarded` and `Via` are as HTTP APIs write them."""
    headers = [(name, value) for name, value in end_to_end(request.headers) if name.lower() not in _REPLACED]
    host = request.header("host") or ""
    headers.append(("Forwarded", f"for={_node(request.source_ip)};host={host};proto={request.scheme}"))
    earlier = request.header("via")
    headers.append(("Via", f"{earlier}, HTTP/1.1 AmazonAPIGateway" if earlier else "HTTP/1.1 AmazonAPIGateway"))
    if request.body or request.header("content-length") is not None or request.method in _WITH_BODY:
        headers.append(("Content-Length", str(len(request.body))))
    return headers


def _for_function(request: ClientRequest) -> Headers:
    """Returns the client's headers as the event of a function has them."""
    headers = [(name, value) for name, value in end_to_end(request.headers) if name.lower() not in _REPLACED]
    port = (request.header("host") or "").rpartition(":")[2]
    earlier = request.header("x-forwarded-for")
    if request.header("x-amzn-trace-id") is None:
        headers.append(("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"))
    return [
        *headers,
        ("Content-Length", str(len(request.body))),
        ("X-Forwarded-For", f"{earlier}, {request.source_ip}" if earlier else request.source_ip),
        ("X-Forwarded-Port", port if port.isdigit() else "80"),
        ("X-Forwarded-Proto", request.scheme),
    ]


def _node(address: str) -> str:
    return f'"[{address}]"' if ":" in address else address
