"""The access log has the variables of AWS's table, and a client cannot forge a line."""

import json

import pytest

from dockerless_testing.exchanges import answered, exchange
from localstack_dockerless.services.apigatewayv2.execute_api.access_log import render
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Stage
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import context_value
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import GatewayError

SENT = [("User-Agent", "curl/8"), ("X-Api-Key", "secret")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("accountId", "000000000000"),
        ("apiId", "api1"),
        ("authorizer.error", "-"),
        ("authorizer.principalId", "me"),
        ("authorizer.number", "7"),
        ("authorizer.nothing", "-"),
        ("authorizer.claims.sub", "-"),
        ("awsEndpointRequestId", "-"),
        ("awsEndpointRequestId2", "-"),
        ("customDomain.basePathMatched", "-"),
        ("dataProcessed", "7"),
        ("domainName", "api1.execute-api.eu-central-1.amazonaws.com"),
        ("domainPrefix", "api1"),
        ("error.message", "-"),
        ("error.messageString", "-"),
        ("error.responseType", "-"),
        ("extendedRequestId", "request-id"),
        ("httpMethod", "POST"),
        ("identity.accountId", "-"),
        ("identity.sourceIp", "192.0.2.7"),
        ("identity.userAgent", "curl/8"),
        ("integration.error", "-"),
        ("integration.integrationStatus", "-"),
        ("integration.latency", "12"),
        ("integration.status", "201"),
        ("integrationErrorMessage", "-"),
        ("integrationLatency", "12"),
        ("integrationStatus", "201"),
        ("path", "/test/pets/6"),
        ("protocol", "HTTP/1.1"),
        ("requestId", "request-id"),
        ("requestTime", "04/Mar/2020:19:03:58 +0000"),
        ("requestTimeEpoch", "1583348638390"),
        ("responseLatency", "15"),
        ("responseLength", "4"),
        ("routeKey", "GET /pets/{id}"),
        ("stage", "test"),
        ("status", "201"),
        ("noSuchVariable", "-"),
    ],
)
def test_variables(name: str, expected: str) -> None:
    made = exchange("/pets/6", stage=Stage("test"), method="POST", headers=SENT, body=b"abc")
    made.authorized.principal_id = "me"
    made.authorized.context = {"number": 7}
    made.integrated.status, made.integrated.latency, made.latency = 201, 12, 15
    made.response = answered(201, body=b"back")
    assert render(f"<$context.{name}>", lambda variable: context_value(made, variable)) == f"<{expected}>"


def test_variables_of_an_error() -> None:
    made = exchange()
    made.error = GatewayError(403, "Forbidden", "ACCESS_DENIED")
    form = "$context.error.message $context.error.messageString $context.error.responseType"
    assert render(form, lambda name: context_value(made, name)) == 'Forbidden "Forbidden" ACCESS_DENIED'


def test_common_log_format() -> None:
    form = '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey" $context.x'
    made = exchange()
    assert render(form, lambda name: context_value(made, name)) == (
        '192.0.2.7 - - [04/Mar/2020:19:03:58 +0000] "GET GET /pets/{id}" -'
    )


def test_a_client_cannot_add_fields_or_lines_to_the_log() -> None:
    evil = 'x","status":"200\n{"second":"line"} \\'
    line = render(
        '{"agent":"$context.identity.userAgent","status":"$context.status"}',
        {
            "identity.userAgent": evil,
            "status": "403",
        }.get,
    )
    assert "\n" not in line
    assert json.loads(line) == {"agent": evil, "status": "403"}
