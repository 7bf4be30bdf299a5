"""The control plane of HTTP APIs refuses unsupported settings by name."""

from typing import Any

import pytest

from dockerless_testing.exchanges import FUNCTION, LISTENER
from localstack_dockerless.services.apigatewayv2 import rules

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
    rules.check_authorizer(AUTHORIZER)
    rules.check_integration(INTEGRATION, {"link1"})
    rules.check_route(ROUTE, {"auth1"}, {"i"})
    rules.check_stage({"DefaultRouteSettings": {"DetailedMetricsEnabled": True, "ThrottlingRateLimit": 1.0}})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ProtocolType": "WEBSOCKET"}, "ProtocolType WEBSOCKET"),
        ({"CorsConfiguration": {"AllowOrigins": ["*"]}}, "CorsConfiguration"),
        ({"Target": "arn:f"}, "Target"),
        ({"IpAddressType": "dualstack"}, "IpAddressType"),
    ],
)
def test_apis(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        rules.check_api({"Name": "api", "ProtocolType": "HTTP", **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"AuthorizerType": "JWT"}, "AuthorizerType JWT"),
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
        rules.check_authorizer({**AUTHORIZER, **changes})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IntegrationType": "AWS_PROXY", "ConnectionType": None}, "AWS_PROXY"),
        ({"ConnectionType": "INTERNET", "IntegrationUri": "https://example.com"}, "INTERNET"),
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
        rules.check_integration({**INTEGRATION, **changes}, {"link1"})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"RouteKey": "/pets"}, "route key"),
        ({"RouteKey": "FETCH /pets"}, "FETCH"),
        ({"AuthorizationType": "JWT"}, "AuthorizationType JWT"),
        ({"AuthorizationType": "AWS_IAM"}, "AuthorizationType AWS_IAM"),
        ({"AuthorizerId": "gone"}, "authorizer gone"),
        ({"Target": "integrations/gone"}, "target integrations/gone"),
        ({"ApiKeyRequired": True}, "ApiKeyRequired"),
    ],
)
def test_routes(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(rules.BadRequestError, match=named):
        rules.check_route({**ROUTE, **changes}, {"auth1"}, {"i"})


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
