"""The event of a Lambda integration has exactly the documented members.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
from typing import Any

from dockerless_testing.exchanges import authorizer, exchange, integration
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import (
    ApiMapping,
    JwtAuthorizer,
    Kind,
    Route,
    Stage,
)
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.map_parameters import map_parameters
from localstack_dockerless.services.apigatewayv2.execute_api.lambda_event import lambda_event

HOST = "api1.execute-api.eu-central-1.amazonaws.com"
SENT = [("X-Two", "a"), ("X-Two", "b"), ("Cookie", "c=1; d=2"), ("User-Agent", "curl"), ("X-Amzn-Trace-Id", "Root=1")]


def route(**changes: Any) -> Route:
    return Route("GET /pets/{id}", None, integration(kind=Kind.FUNCTION, **changes))


def event(made: Exchange, version: str) -> dict[str, Any]:
    map_parameters(made)
    assert made.outgoing is not None
    return lambda_event(made, made.outgoing, version)


def test_format_2() -> None:
    made = exchange("/pets/6?a=1&a=2&b=%2F", route=route(), headers=SENT, stage=Stage("$default", {"v": "1"}))
    assert event(made, "2.0") == {
        "version": "2.0",
        "routeKey": "GET /pets/{id}",
        "rawPath": "/pets/6",
        "rawQueryString": "a=1&a=2&b=%2F",
        "cookies": ["c=1", "d=2"],
        "headers": {
            "host": HOST,
            "x-two": "a,b",
            "user-agent": "curl",
            "x-amzn-trace-id": "Root=1",
            "content-length": "0",
            "x-forwarded-for": "192.0.2.7",
            "x-forwarded-port": "80",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"a": "1,2", "b": "/"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api1",
            "domainName": HOST,
            "domainPrefix": "api1",
            "http": {
                "method": "GET",
                "path": "/pets/6",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "curl",
            },
            "requestId": "request-id",
            "routeKey": "GET /pets/{id}",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "pathParameters": {"id": "6"},
        "stageVariables": {"v": "1"},
        "isBase64Encoded": False,
    }


def test_format_2_leaves_out_what_is_empty() -> None:
    made = exchange("/", route=Route("$default", None, integration(kind=Kind.FUNCTION)))
    made.path_parameters = {}
    found = event(made, "2.0")
    assert not found.keys() & {"cookies", "queryStringParameters", "pathParameters", "stageVariables", "body"}
    assert "authorizer" not in found["requestContext"]


def test_format_1() -> None:
    made = exchange("/pets/6?a=1&a=2", route=route(), headers=SENT)
    found = event(made, "1.0")
    context = found.pop("requestContext")
    assert found["multiValueHeaders"]["x-two"] == ["a", "b"]
    assert found["headers"]["x-two"] == "b"
    assert found["headers"]["cookie"] == "c=1; d=2"
    assert {name: value for name, value in found.items() if "eaders" not in name} == {
        "version": "1.0",
        "resource": "/pets/{id}",
        "path": "/pets/6",
        "httpMethod": "GET",
        "queryStringParameters": {"a": "2"},
        "multiValueQueryStringParameters": {"a": ["1", "2"]},
        "pathParameters": {"id": "6"},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    assert context["authorizer"] == {"claims": None, "scopes": None}
    assert context["identity"]["sourceIp"] == "192.0.2.7"
    assert context["identity"].keys() >= {"accessKey", "caller", "cognitoIdentityId", "userArn", "userAgent"}
    assert context["requestTime"] == "04/Mar/2020:19:03:58 +0000"
    assert (context["resourcePath"], context["extendedRequestId"]) == ("/pets/{id}", "request-id")


def test_text_stays_text_and_everything_else_is_base64() -> None:
    for content_type, body, encoded in (
        ("application/json; charset=utf-8", b'{"a": 1}', False),
        ("application/vnd.api+json", b"{}", False),
        ("application/x-www-form-urlencoded", b"a=1", True),
        ("image/png", b"\x89PNG", True),
        ("text/plain", b"\xff", True),
    ):
        for version in ("1.0", "2.0"):
            made = exchange(route=route(), headers=[("Content-Type", content_type)], body=body)
            found = event(made, version)
            wanted = base64.b64encode(body).decode() if encoded else body.decode()
            assert (found["body"], found["isBase64Encoded"]) == (wanted, encoded)


def test_mappings_change_the_event() -> None:
    changes = {"overwrite:header.x-two": "$request.path.id", "append:querystring.c": "3"}
    found = event(exchange(route=route(request_parameters=changes), headers=SENT), "2.0")
    assert found["headers"]["x-two"] == "6"
    assert found["rawQueryString"] == "a=1&a=2&c=3"


def test_the_claims_of_a_jwt() -> None:
    guard = JwtAuthorizer("auth1", "http://127.0.0.1", ("app",), ("$request.header.Authorization",))
    made = exchange(route=Route("GET /pets/{id}", guard, integration(kind=Kind.FUNCTION)))
    made.authorized.claims, made.authorized.scopes = {"sub": "me"}, ["read"]
    wanted = {"claims": {"sub": "me"}, "scopes": ["read"]}
    assert event(made, "2.0")["requestContext"]["authorizer"] == {"jwt": wanted}
    assert event(made, "1.0")["requestContext"]["authorizer"] == wanted


def test_the_context_of_a_lambda_authorizer() -> None:
    made = exchange(route=Route("GET /pets/{id}", authorizer(), integration(kind=Kind.FUNCTION)))
    made.authorized.context, made.authorized.principal_id, made.authorized.latency = {"customer": "7"}, "me", 12
    assert event(made, "2.0")["requestContext"]["authorizer"] == {"lambda": {"customer": "7"}}
    assert event(made, "1.0")["requestContext"]["authorizer"] == {
        "customer": "7",
        "principalId": "me",
        "integrationLatency": 12,
    }


def test_only_format_1_shows_the_key_of_an_api_mapping() -> None:
    made = exchange("/pets/6", route=route())
    made.mapping = ApiMapping("shop", "api1", "$default")
    assert event(made, "1.0")["path"] == "/shop/pets/6"
    assert event(made, "2.0")["rawPath"] == "/pets/6"
