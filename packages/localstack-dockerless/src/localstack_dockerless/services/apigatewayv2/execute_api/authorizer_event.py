"""Makes the event that a REQUEST authorizer's function gets, in payload format 1.0 or 2.0.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
As on AWS, members of format 2.0 that would be empty are left out. Cookies are in `cookies`, not in `headers`.
"""

from urllib.parse import unquote

from localstack_dockerless.services import query
from localstack_dockerless.services.apigatewayv2.execute_api.event_parts import (
    Event,
    cookies,
    joined_headers,
    request_context_2,
)
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange


def route_arn(exchange: Exchange) -> str:
    """Returns the ARN of the request as policies name it: API, stage, method and path."""
    api, stage = exchange.api, exchange.matched_stage.name
    path = unquote(exchange.path).removeprefix("/")
    return f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/{stage}/{exchange.request.method}/{path}"


def authorizer_event(exchange: Exchange, version: str, identity: tuple[str, ...]) -> Event:
    """Returns the event in payload format `version` with the values of the identity sources."""
    return _version_1(exchange, identity) if version == "1.0" else _version_2(exchange, identity)


def _version_2(exchange: Exchange, identity: tuple[str, ...]) -> Event:
    route = exchange.matched_route.key
    optional = {
        "cookies": cookies(exchange.request.headers),
        "queryStringParameters": query.joined(exchange.request.query),
        "pathParameters": exchange.path_parameters,
        "stageVariables": dict(exchange.matched_stage.variables),
    }
    return {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": route_arn(exchange),
        "identitySource": list(identity) or None,
        "routeKey": route,
        "rawPath": exchange.decoded_path,
        "rawQueryString": exchange.request.query,
        "headers": joined_headers(exchange.request.headers),
        "requestContext": request_context_2(exchange),
        **{name: value for name, value in optional.items() if value},
    }


def _version_1(exchange: Exchange, identity: tuple[str, ...]) -> Event:
    request = exchange.request
    resource = exchange.matched_route.resource
    return {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": route_arn(exchange),
        "identitySource": ",".join(identity),
        "authorizationToken": ",".join(identity),
        "resource": resource,
        "path": exchange.mapped_path,
        "httpMethod": request.method,
        "headers": dict(request.headers),
        "queryStringParameters": {name: values[-1] for name, values in query.decoded(request.query).items()},
        "pathParameters": exchange.path_parameters,
        "stageVariables": dict(exchange.matched_stage.variables),
        "requestContext": {
            "path": exchange.mapped_path,
            "accountId": exchange.api.account,
            "resourceId": exchange.matched_route.key,
            "stage": exchange.matched_stage.name,
            "requestId": exchange.request_id,
            "identity": {"sourceIp": request.source_ip, "userAgent": request.header("user-agent") or ""},
            "resourcePath": resource,
            "httpMethod": request.method,
            "apiId": exchange.api.id,
        },
    }
