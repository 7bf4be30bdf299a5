"""The control plane of HTTP APIs refuses unsupported settings by name."""

from typing import Any

import pytest

from dockerless_testing.exchanges import FUNCTION, LISTENER
from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.authorizer_rules import check_authorizer, default_ttl
from localstack_dockerless.services.apigatewayv2.integration_rules import check_integration

AUTHORIZER = {
    "AuthorizerType": "REQUEST",
    "AuthorizerPayloadFormatVersion": "2.0",
    "AuthorizerUri": f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
    "EnableSimpleResponses": True,
    "IdentitySource": ["$request.header.x-api-key", "$context.path"],
    "AuthorizerResultTtlInSeconds": 300,
}
INTEGRATION = {
    "IntegrationType": "HTTP_PROXY",
    "ConnectionType": "VPC_LINK",
    "ConnectionId": "link1",
    "IntegrationUri": LISTENER,
    "IntegrationMethod": "ANY",
    "PayloadFormatVersion": "1.0",
}
ROUTE = {
    "RouteKey": "GET /pets/{id}",
    "AuthorizationType": "CUSTOM",
    "AuthorizerId": "auth1",
    "Target": "integrations/i",
}


def test_what_the_system_uses_is_accepted() -> None:
    rules.check_api({"Name": "api", "ProtocolType": "HTTP"})
    check_authorizer(AUTHORIZER)
    check_integration(INTEGRATION, {"link1"})
    rules.check_route(ROUTE, {"auth1": "REQUEST"}, {"i"})
    rules.check_stage({"DefaultRouteSettings": {"DetailedMetricsEnabled": True, "ThrottlingRateLimit": 1.0}})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ProtocolType": "WEBSOCKET"}, "ProtocolType WEBSOCKET"),
        ({"CorsConfiguration": {"AllowOrigins": ["*"], "AllowCredentials": True}}, "AllowCredentials"),
        ({"CorsConfiguration": {"AllowMethods": ["FETCH"]}}, "FETCH"),
        ({"CorsConfiguration": {"MaxAge": 86_401}}, "MaxAge"),
        ({"Target": "http://127.0.0.1", "RouteKey": "/pets"}, "route key"),
        ({"IpAddressType": "dualstack"}, "IpAddressType"),
    ],
)
def test_apis(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        rules.check_api({"Name": "api", "ProtocolType": "HTTP", **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"AuthorizerType": "JWT"}, "JwtConfiguration"),
        ({"AuthorizerType": "TOKEN"}, "AuthorizerType TOKEN"),
        ({"AuthorizerPayloadFormatVersion": None}, "AuthorizerPayloadFormatVersion"),
        ({"AuthorizerPayloadFormatVersion": "1.0"}, "EnableSimpleResponses"),
        ({"AuthorizerUri": "arn:aws:apigateway:eu-central-1:s3:path/x"}, "AuthorizerUri"),
        ({"IdentitySource": ["method.request.header.Auth"]}, "method.request.header.Auth"),
        ({"IdentitySource": []}, "Identity source must be set"),
        ({"AuthorizerResultTtlInSeconds": 3601}, "AuthorizerResultTtlInSeconds"),
    ],
)
def test_authorizers(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        check_authorizer({**AUTHORIZER, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IntegrationType": "MOCK", "ConnectionType": None}, "MOCK"),
        ({"IntegrationType": "AWS_PROXY"}, "AWS_PROXY with ConnectionType VPC_LINK"),
        ({"ConnectionType": "INTERNET", "IntegrationUri": "ftp://example.com"}, "ftp://example.com"),
        ({"TlsConfig": {"ServerNameToVerify": "example.com"}}, "TlsConfig"),
        ({"IntegrationUri": "arn:aws:servicediscovery:eu-central-1:000000000000:service/srv"}, "ELB listener"),
        ({"ConnectionId": "gone"}, "VPC link gone"),
        ({"PayloadFormatVersion": "2.0"}, "PayloadFormatVersion"),
        ({"TimeoutInMillis": 30_001}, "TimeoutInMillis"),
        ({"RequestParameters": {"overwrite:header.Via": "x"}}, "Operations on header Via are restricted"),
        ({"ResponseParameters": {"200": {"append:header.apigw-x": "x"}}}, "apigw-x"),
    ],
)
def test_integrations(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        check_integration({**INTEGRATION, **changes}, {"link1"})


FUNCTION_INTEGRATION = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationUri": FUNCTION,
    "IntegrationMethod": "POST",
    "PayloadFormatVersion": "2.0",
}
ACTION = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "CredentialsArn": "arn:aws:iam::000000000000:role/gateway",
    "RequestParameters": {"QueueUrl": "http://127.0.0.1/q", "MessageBody": "$request.body"},
}


@pytest.mark.parametrize(
    "request_",
    [
        FUNCTION_INTEGRATION,
        {**FUNCTION_INTEGRATION, "IntegrationUri": f"{FUNCTION}:live"},
        {**FUNCTION_INTEGRATION, "IntegrationUri": AUTHORIZER["AuthorizerUri"]},
        {**FUNCTION_INTEGRATION, "IntegrationUri": FUNCTION.replace("authorize", "${stageVariables.name}")},
        {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY", "IntegrationUri": "https://example.com/{proxy}"},
        ACTION,
    ],
)
def test_integrations_of_other_projects_are_accepted(request_: dict[str, Any]) -> None:
    check_integration(request_, set())


@pytest.mark.parametrize(
    ("request_", "named"),
    [
        ({**FUNCTION_INTEGRATION, "PayloadFormatVersion": None}, "PayloadFormatVersion"),
        ({**FUNCTION_INTEGRATION, "IntegrationUri": "arn:aws:sns:eu-central-1:000000000000:t"}, "function ARN"),
        ({**FUNCTION_INTEGRATION, "CredentialsArn": "arn:aws:iam::*:user/*"}, "CredentialsArn"),
        ({**ACTION, "IntegrationSubtype": "Kinesis-PutRecord"}, "Kinesis-PutRecord, only EventBridge-PutEvents"),
        ({**ACTION, "CredentialsArn": None}, "CredentialsArn"),
        ({**ACTION, "RequestParameters": {"QueueUrl": "q"}}, "MessageBody"),
        ({**ACTION, "RequestParameters": {**ACTION["RequestParameters"], "Body": "x"}}, "Body"),  # type: ignore[dict-item]
    ],
)
def test_functions_and_actions(request_: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        check_integration(request_, set())


JWT = {
    "AuthorizerType": "JWT",
    "JwtConfiguration": {"Issuer": "http://127.0.0.1:9000", "Audience": ["app"]},
    "IdentitySource": ["$request.header.Authorization"],
}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IdentitySource": []}, "one identity source"),
        ({"IdentitySource": ["$context.path"]}, "context.path"),
        ({"JwtConfiguration": {"Issuer": "http://127.0.0.1:9000"}}, "Audience"),
        (
            {"JwtConfiguration": {"Issuer": "https://example.com", "Audience": ["a"]}},
            "https://example.com.*EMULATOR_JWT_ISSUERS",
        ),
    ],
)
def test_jwt_authorizers(changes: dict[str, Any], named: str) -> None:
    check_authorizer(JWT)
    with pytest.raises(rules.BadRequestError, match=named):
        check_authorizer({**JWT, **changes})


def test_the_default_of_caching_needs_an_identity_source() -> None:
    without = {**AUTHORIZER, "IdentitySource": [], "AuthorizerResultTtlInSeconds": None}
    assert (default_ttl(AUTHORIZER), default_ttl(without), default_ttl(JWT)) == (300, 0, None)
    check_authorizer({**without, "AuthorizerResultTtlInSeconds": default_ttl(without)})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"RouteKey": "/pets"}, "route key"),
        ({"RouteKey": "FETCH /pets"}, "FETCH"),
        ({"AuthorizationType": "JWT"}, "AuthorizationType JWT"),
        ({"AuthorizationScopes": ["a"]}, "AuthorizationScopes"),
        ({"AuthorizationType": "AWS_IAM"}, "AuthorizationType AWS_IAM"),
        ({"AuthorizerId": "gone"}, "authorizer gone"),
        ({"Target": "integrations/gone"}, "target integrations/gone"),
        ({"ApiKeyRequired": True}, "ApiKeyRequired"),
    ],
)
def test_routes(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        rules.check_route({**ROUTE, **changes}, {"auth1": "REQUEST"}, {"i"})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ClientCertificateId": "c"}, "ClientCertificateId"),
        ({"AccessLogSettings": {"DestinationArn": "arn:aws:firehose:::d", "Format": "x"}}, "firehose"),
        ({"AccessLogSettings": {"DestinationArn": "arn:aws:logs:r:0:log-group:g"}}, "Format"),
        ({"RouteSettings": {"GET /": {"LoggingLevel": "INFO"}}}, "LoggingLevel"),
    ],
)
def test_stages(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        rules.check_stage(changes)
