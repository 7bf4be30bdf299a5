"""Makes the integration's request from the client's.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html (the stage
is part of the path that a private integration gets, unless `overwrite:path` says otherwise)
"""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Headers, Outgoing
from localstack_dockerless.services.apigatewayv2.execute_api.parameters import map_request
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve
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
    outgoing = Outgoing(method, exchange.full_path, request.query, _headers(exchange), request.body)
    map_request(outgoing, integration.request_parameters, lambda text: resolve(exchange, text))
    exchange.outgoing = outgoing


def _headers(exchange: Exchange) -> Headers:
    """Returns the client's headers without hop-by-hop ones. `Forwarded` and `Via` are as HTTP APIs write them."""
    request = exchange.request
    headers = [(name, value) for name, value in end_to_end(request.headers) if name.lower() not in _REPLACED]
    host = request.header("host") or ""
    headers.append(("Forwarded", f"for={_node(request.source_ip)};host={host};proto={request.scheme}"))
    earlier = request.header("via")
    headers.append(("Via", f"{earlier}, HTTP/1.1 AmazonAPIGateway" if earlier else "HTTP/1.1 AmazonAPIGateway"))
    if request.body or request.header("content-length") is not None or request.method in _WITH_BODY:
        headers.append(("Content-Length", str(len(request.body))))
    return headers


def _node(address: str) -> str:
    return f'"[{address}]"' if ":" in address else address
