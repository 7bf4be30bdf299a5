"""The authorizer's events have the members of AWS's guide to Lambda authorizers."""

import pytest

from dockerless_testing.exchanges import exchange
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_event import authorizer_event
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Route, Stage
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import context_value

HEADERS = [
    ("X-Api-Key", "one"),
    ("X-Api-Key", "two"),
    ("User-Agent", "agent"),
    ("Cookie", "cookie1=a; cookie2=b"),
]


def test_payload_2_0() -> None:
    made = exchange(
        "/my/path?parameter1=value1&parameter1=value2&parameter2=value",
        route=Route("$default", None, None),
        stage=Stage("$default", {"stageVariable1": "value1"}),
        path_parameters={"parameter1": "value1"},
        headers=HEADERS,
        method="POST",
    )
    assert authorizer_event(made, "2.0", ("user1", "123")) == {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:eu-central-1:000000000000:api1/$default/POST/my/path",
        "identitySource": ["user1", "123"],
        "routeKey": "$default",
        "rawPath": "/my/path",
        "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
        "cookies": ["cookie1=a", "cookie2=b"],
        "headers": {
            "host": "api1.execute-api.eu-central-1.amazonaws.com",
            "x-api-key": "one,two",
            "user-agent": "agent",
        },
        "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "api1",
            "domainName": "api1.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "api1",
            "http": {
                "method": "POST",
                "path": "/my/path",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.7",
                "userAgent": "agent",
            },
            "requestId": "request-id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1583348638390,
        },
        "pathParameters": {"parameter1": "value1"},
        "stageVariables": {"stageVariable1": "value1"},
    }


def test_payload_2_0_leaves_out_what_is_empty() -> None:
    event = authorizer_event(exchange("/my/path", path_parameters={}), "2.0", ())
    assert not {"cookies", "queryStringParameters", "stageVariables"} & event.keys()
    assert event["identitySource"] is None


def test_a_named_stage_is_part_of_the_path() -> None:
    event = authorizer_event(exchange("/request", stage=Stage("test")), "2.0", ())
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/test/request"
    assert event["routeArn"].endswith(":api1/test/GET/request")


def test_payload_1_0() -> None:
    made = exchange(
        "/request?QueryString1=a&QueryString1=queryValue1",
        route=Route("GET /request", None, None),
        stage=Stage("test", {"StageVar1": "stageValue1"}),
        headers=HEADERS[:3],
    )
    assert authorizer_event(made, "1.0", ("user1", "123")) == {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:eu-central-1:000000000000:api1/test/GET/request",
        "identitySource": "user1,123",
        "authorizationToken": "user1,123",
        "resource": "/request",
        "path": "/test/request",
        "httpMethod": "GET",
        "headers": {
            "Host": "api1.execute-api.eu-central-1.amazonaws.com",
            "X-Api-Key": "two",
            "User-Agent": "agent",
        },
        "queryStringParameters": {"QueryString1": "queryValue1"},
        "pathParameters": {"id": "6"},
        "stageVariables": {"StageVar1": "stageValue1"},
        "requestContext": {
            "path": "/test/request",
            "accountId": "000000000000",
            "resourceId": "GET /request",
            "stage": "test",
            "requestId": "request-id",
            "identity": {"sourceIp": "192.0.2.7", "userAgent": "agent"},
            "resourcePath": "/request",
            "httpMethod": "GET",
            "apiId": "api1",
        },
    }


@pytest.mark.parametrize(
    ("sent", "decoded"),
    [("/pets/%31", "/pets/1"), ("/pets/%2531", "/pets/%31"), ("/pets/a%2Fb", "/pets/a/b"), ("/pets/%c3%a9", "/pets/é")],
)
def test_the_path_is_decoded_once_wherever_an_authorizer_reads_it(sent: str, decoded: str) -> None:
    """As captures of live HTTP APIs show it (see `exchange`); the parameters are decoded once too."""
    made = exchange(sent, route=Route("GET /pets/{id}", None, None), path_parameters={"id": "x"})
    second, first = authorizer_event(made, "2.0", ()), authorizer_event(made, "1.0", ())
    assert second["rawPath"] == second["requestContext"]["http"]["path"] == decoded
    assert first["path"] == first["requestContext"]["path"] == decoded
    assert second["routeArn"].endswith(f"/GET{decoded}")
    assert context_value(made, "path") == decoded
