"""Makes the event that a Lambda integration gets, in payload format 1.0 or 2.0.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
The headers and the query are those after the integration's parameter mapping. As on AWS, members of format 2.0 that
would be empty are left out, and members of format 1.0 that would be empty are null.
"""

from typing import Any

from localstack_dockerless.services import query
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import request_time
from localstack_dockerless.services.apigatewayv2.execute_api.event_parts import (
    Event,
    cookies,
    joined_headers,
    request_context_2,
)
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing
from localstack_dockerless.services.lambda_.http_bodies import body_as_text

_NO_IDENTITY = dict.fromkeys(
    (
        *("accessKey", "accountId", "caller", "cognitoAuthenticationProvider", "cognitoAuthenticationType"),
        *("cognitoIdentityId", "cognitoIdentityPoolId", "principalOrgId", "user", "userArn"),
    )
)


def lambda_event(exchange: Exchange, outgoing: Outgoing, version: str) -> Event:
    """Returns the event in payload format `version` for the mapped request `outgoing`."""
    return _version_1(exchange, outgoing) if version == "1.0" else _version_2(exchange, outgoing)


def _version_2(exchange: Exchange, outgoing: Outgoing) -> Event:
    headers = joined_headers(outgoing.headers)
    context = request_context_2(exchange)
    if authorizer := _authorizer_2(exchange):
        context["authorizer"] = authorizer
    event = {
        "version": "2.0",
        "routeKey": exchange.matched_route.key,
        "rawPath": exchange.decoded_path,
        "rawQueryString": outgoing.query,
        "headers": headers,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    optional: dict[str, Any] = {
        "cookies": cookies(outgoing.headers),
        "queryStringParameters": query.joined(outgoing.query),
        "pathParameters": exchange.path_parameters,
        "stageVariables": dict(exchange.matched_stage.variables),
    }
    event |= {name: value for name, value in optional.items() if value}
    if outgoing.body:
        event["body"], event["isBase64Encoded"] = body_as_text(outgoing.body, headers.get("content-type", ""))
    return event


def _authorizer_2(exchange: Exchange) -> Event | None:
    authorized = exchange.authorized
    if authorized.claims is not None:
        return {"jwt": {"claims": authorized.claims, "scopes": authorized.scopes}}
    return {"lambda": authorized.context} if isinstance(exchange.authorizer, Authorizer) else None


def _version_1(exchange: Exchange, outgoing: Outgoing) -> Event:
    headers = _all_headers(outgoing)
    parameters = query.decoded(outgoing.query)
    text, encoded = (
        body_as_text(outgoing.body, headers.get("content-type", [""])[-1]) if outgoing.body else (None, False)
    )
    return {
        "version": "1.0",
        "resource": exchange.matched_route.resource,
        "path": exchange.mapped_path,
        "httpMethod": exchange.request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "requestContext": _request_context_1(exchange),
        "pathParameters": exchange.path_parameters or None,
        "stageVariables": dict(exchange.matched_stage.variables) or None,
        "body": text,
        "isBase64Encoded": encoded,
    }


def _all_headers(outgoing: Outgoing) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in outgoing.headers:
        found.setdefault(name.lower(), []).append(value)
    return found


def _request_context_1(exchange: Exchange) -> Event:
    request = exchange.request
    return {
        "accountId": exchange.api.account,
        "apiId": exchange.api.id,
        "authorizer": _authorizer_1(exchange),
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "extendedRequestId": exchange.request_id,
        "httpMethod": request.method,
        "identity": {
            **_NO_IDENTITY,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "path": exchange.mapped_path,
        "protocol": request.protocol,
        "requestId": exchange.request_id,
        "requestTime": request_time(exchange),
        "requestTimeEpoch": int(exchange.started_at * 1000),
        "resourceId": exchange.matched_route.key,
        "resourcePath": exchange.matched_route.resource,
        "stage": exchange.matched_stage.name,
    }


def _authorizer_1(exchange: Exchange) -> Event:
    authorized = exchange.authorized
    if not isinstance(exchange.authorizer, Authorizer):
        return {"claims": authorized.claims, "scopes": authorized.scopes}
    return {
        **authorized.context,
        "principalId": authorized.principal_id or "",
        "integrationLatency": authorized.latency or 0,
    }
