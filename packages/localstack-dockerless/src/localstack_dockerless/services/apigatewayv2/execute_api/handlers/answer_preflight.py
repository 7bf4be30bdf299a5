"""Answers preflight requests of an API with a CORS configuration.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html: the gateway answers a preflight
request "even if there isn't an OPTIONS route configured". A route that matches OPTIONS and has an authorizer, such as
`$default`, catches the request: then the authorizer decides first.
"""

from localstack_dockerless.services.apigatewayv2.execute_api.cors import is_preflight, preflight_headers
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import AnsweredError, Exchange, Response


def answer_preflight(exchange: Exchange) -> None:
    """Sets the response 204 and ends the request, if it is a preflight request and no authorizer guards it."""
    cors = exchange.api.cors
    if cors is None or not is_preflight(exchange.request) or _is_guarded(exchange):
        return
    exchange.response = Response(204, preflight_headers(cors, exchange.request), b"")
    raise AnsweredError


def _is_guarded(exchange: Exchange) -> bool:
    deployment = exchange.api.deployments[exchange.matched_stage.name]
    match = deployment.table.match(exchange.request.method, exchange.path)
    return match is not None and deployment.routes[match.key].authorizer is not None
