"""Checks the settings of an HTTP API: AWS's own validations, and refusals of settings that are not supported.

Requests have the shapes of the API. Every check raises `BadRequestError` with a text that names the setting.
"""

import re
from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api import parameters
from localstack_dockerless.services.apigatewayv2.execute_api.routes import DEFAULT, parse

Request = Mapping[str, Any]

_LISTENER = re.compile(r"arn:aws:elasticloadbalancing:[^:]+:\d{12}:listener/app/.+")
_FUNCTION = re.compile(r"arn:aws:apigateway:[^:]+:lambda:path/2015-03-31/functions/arn:aws:lambda:[^/${]+/invocations")
_SOURCE = re.compile(r"\$\{?(request\.(header|querystring)\.[^.}]+|context\.[^}]+|stageVariables\.[^}]+)\}?")
_METHODS = {"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


DEFAULT_TTL = 300
"""The seconds for which an authorizer's answers are cached by default.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-authorizer.html has no default.
Earlier references of CreateAuthorizer have this value, and the console and Terraform's provider set it.
"""


class BadRequestError(ValueError):
    """The request is refused as a BadRequestException with this text."""


def _refuse(request: Request, what: str, *settings: str) -> None:
    for setting in settings:
        if request.get(setting) not in (None, False, "", {}, []):
            raise BadRequestError(f"The emulator does not support {setting} of {what}")


def check_api(request: Request) -> None:
    """Checks CreateApi and UpdateApi."""
    if request.get("ProtocolType", "HTTP") != "HTTP":
        raise BadRequestError(f"The emulator does not support ProtocolType {request['ProtocolType']}, only HTTP")
    _refuse(request, "HTTP APIs", "CorsConfiguration", "Target", "RouteKey", "CredentialsArn")
    if request.get("IpAddressType", "ipv4") != "ipv4":
        raise BadRequestError("The emulator does not support IpAddressType dualstack of HTTP APIs")


def check_authorizer(request: Request) -> None:
    """Checks CreateAuthorizer, and the authorizer that results from UpdateAuthorizer."""
    if request.get("AuthorizerType") != "REQUEST":
        kind = request.get("AuthorizerType")
        raise BadRequestError(f"The emulator does not support AuthorizerType {kind} (JwtConfiguration), only REQUEST")
    version = request.get("AuthorizerPayloadFormatVersion")
    if version not in ("1.0", "2.0"):
        raise BadRequestError(
            "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer: 1.0 or 2.0"
        )
    if request.get("EnableSimpleResponses") and version == "1.0":
        raise BadRequestError("EnableSimpleResponses needs AuthorizerPayloadFormatVersion 2.0")
    if not _FUNCTION.fullmatch(request.get("AuthorizerUri") or ""):
        raise BadRequestError(f"Invalid AuthorizerUri {request.get('AuthorizerUri')}: it must invoke a Lambda function")
    sources = list(request.get("IdentitySource") or ())
    ttl = int(request.get("AuthorizerResultTtlInSeconds") or 0)
    if not 0 <= ttl <= 3600:
        raise BadRequestError("AuthorizerResultTtlInSeconds must be between 0 and 3600")
    if ttl and not sources:
        raise BadRequestError("Identity source must be set if authorizer caching is enabled (TTL is greater than 0)")
    for source in sources:
        if not _SOURCE.fullmatch(source):
            raise BadRequestError(f"Invalid mapping expression specified: {source}")


def check_integration(request: Request, vpc_links: set[str]) -> None:
    """Checks CreateIntegration, and the integration that results from UpdateIntegration."""
    kind, connection = request.get("IntegrationType"), request.get("ConnectionType") or "INTERNET"
    if kind != "HTTP_PROXY" or connection != "VPC_LINK":
        raise BadRequestError(
            f"The emulator does not support IntegrationType {kind} with ConnectionType {connection}, "
            "only HTTP_PROXY with VPC_LINK"
        )
    _refuse(
        request,
        "HTTP API integrations",
        *("TlsConfig", "IntegrationSubtype", "CredentialsArn", "RequestTemplates", "TemplateSelectionExpression"),
        *("PassthroughBehavior", "ContentHandlingStrategy"),
    )
    if not _LISTENER.fullmatch(request.get("IntegrationUri") or ""):
        raise BadRequestError(
            f"For VpcLink V2, integration uri should be a valid ELB listener ARN: {request.get('IntegrationUri')} "
            "(the emulator supports listeners of Application Load Balancers)"
        )
    if request.get("ConnectionId") not in vpc_links:
        raise BadRequestError(f"Invalid VPC link {request.get('ConnectionId')}")
    if request.get("PayloadFormatVersion", "1.0") != "1.0":
        raise BadRequestError("PayloadFormatVersion of an HTTP_PROXY integration must be 1.0")
    _check_integration_values(request)


def _check_integration_values(request: Request) -> None:
    if request.get("IntegrationMethod") not in _METHODS:
        raise BadRequestError(f"Invalid HTTP method specified: {request.get('IntegrationMethod')}")
    timeout = int(request.get("TimeoutInMillis") or 30_000)
    if not 50 <= timeout <= 30_000:
        raise BadRequestError("TimeoutInMillis should be between 50 ms and 30000 ms")
    try:
        parameters.check(request.get("RequestParameters") or {}, request.get("ResponseParameters") or {})
    except ValueError as error:
        raise BadRequestError(
            f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"
        ) from error


def check_route(request: Request, authorizers: set[str], integrations: set[str]) -> None:
    """Checks CreateRoute, and the route that results from UpdateRoute."""
    key = request.get("RouteKey") or ""
    if key != DEFAULT:
        try:
            pattern = parse(key)
        except ValueError as error:
            raise BadRequestError(f"The provided route key is not formatted properly: {error}") from error
        if pattern.method not in _METHODS:
            raise BadRequestError(f"The provided route key is not formatted properly: no method {pattern.method}")
    kind = request.get("AuthorizationType") or "NONE"
    if kind not in ("NONE", "CUSTOM"):
        raise BadRequestError(f"The emulator does not support AuthorizationType {kind}, only NONE and CUSTOM")
    if kind == "CUSTOM" and request.get("AuthorizerId") not in authorizers:
        raise BadRequestError(f"Invalid authorizer {request.get('AuthorizerId')}")
    _refuse(
        request,
        "HTTP API routes",
        *("ApiKeyRequired", "AuthorizationScopes", "ModelSelectionExpression", "RequestModels", "RequestParameters"),
        "RouteResponseSelectionExpression",
    )
    target = request.get("Target")
    if target and target.removeprefix("integrations/") not in integrations:
        raise BadRequestError(f"Invalid target {target}")


def check_stage(request: Request) -> None:
    """Checks CreateStage and UpdateStage."""
    _refuse(request, "HTTP API stages", "ClientCertificateId")
    log = request.get("AccessLogSettings") or {}
    arn = log.get("DestinationArn")
    if arn and (":logs:" not in arn or ":log-group:" not in arn):
        raise BadRequestError(f"The emulator does not support the access log destination {arn}, only a log group")
    if arn and not log.get("Format"):
        raise BadRequestError("AccessLogSettings needs a Format")
    settings = [request.get("DefaultRouteSettings") or {}, *(request.get("RouteSettings") or {}).values()]
    for setting in settings:
        _refuse(setting, "HTTP API stages", "DataTraceEnabled")
        if setting.get("LoggingLevel", "OFF") != "OFF":
            raise BadRequestError("The emulator does not support LoggingLevel of HTTP API stages (nor does AWS)")
