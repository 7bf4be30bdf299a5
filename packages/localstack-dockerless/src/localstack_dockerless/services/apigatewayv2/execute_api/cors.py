"""Makes the CORS headers of an API with a CORS configuration.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html: "To return CORS headers, your
request must contain an origin header. For the OPTIONS method, your request must contain an origin header and an
Access-Control-Request-Method header." An origin is allowed by `*`, by its own text, or by `http://*` and `https://*`.
"""

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Cors
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import ClientRequest, Headers


def is_preflight(request: ClientRequest) -> bool:
    """Tells whether a browser asks for permission with this request."""
    return (
        request.method == "OPTIONS"
        and request.header("origin") is not None
        and request.header("access-control-request-method") is not None
    )


def preflight_headers(cors: Cors, request: ClientRequest) -> Headers:
    """Returns the headers of the answer to a preflight request, empty for an origin that is not allowed."""
    allowed = _of_origin(cors, request)
    if not allowed:
        return []
    if cors.allow_methods:
        allowed.append(("Access-Control-Allow-Methods", ",".join(cors.allow_methods)))
    if cors.allow_headers:
        allowed.append(("Access-Control-Allow-Headers", ",".join(cors.allow_headers)))
    if cors.max_age is not None:
        allowed.append(("Access-Control-Max-Age", str(cors.max_age)))
    return allowed


def response_headers(cors: Cors, request: ClientRequest) -> Headers:
    """Returns the headers of any other response, empty for a request without an allowed origin."""
    allowed = _of_origin(cors, request)
    if allowed and cors.expose_headers:
        allowed.append(("Access-Control-Expose-Headers", ",".join(cors.expose_headers)))
    return allowed


def _of_origin(cors: Cors, request: ClientRequest) -> Headers:
    origin = request.header("origin")
    if origin is None:
        return []
    if "*" in cors.allow_origins:
        allowed = "*"
    elif origin in cors.allow_origins or f"{origin.partition('://')[0]}://*" in cors.allow_origins:
        allowed = origin
    else:
        return []
    headers = [("Access-Control-Allow-Origin", allowed)]
    if cors.allow_credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return headers
