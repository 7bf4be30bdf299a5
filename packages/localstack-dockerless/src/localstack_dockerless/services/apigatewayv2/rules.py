"""Checks the settings of an HTTP API: AWS's own validations, and refusals of settings that are not supported.

Requests have the shapes of the API. Every check raises `BadRequestError` with a text that names the setting.
"""

import re
from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.routes import DEFAULT, parse

Request = Mapping[str, Any]

FUNCTION_URI = re.compile(r"arn:aws:apigateway:[^:]+:lambda:path/2015-03-31/functions/arn:aws:lambda:[^/]+/invocations")
METHODS = {"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}


class BadRequestError(ValueError):
    """The request is refused as a BadRequestException with this text."""


def refuse(request: Request, what: str, *settings: str) -> None:
    for setting in settings:
        if request.get(setting) not in (None, False, "", {}, []):
            raise BadRequestError(f"The emulator does not support {setting} of {what}")


def check_api(request: Request) -> None:
    """Checks CreateApi and UpdateApi."""
    if request.get("ProtocolType", "HTTP") != "HTTP":
        raise BadRequestError(f"The emulator does not support ProtocolType {request['ProtocolType']}, only HTTP")
    _check_cors(request.get("CorsConfiguration") or {})
    if request.get("Target") and "RouteKey" in request:
        check_key(request["RouteKey"])
    if request.get("IpAddressType", "ipv4") != "ipv4":
        raise BadRequestError("The emulator does not support IpAddressType dualstack of HTTP APIs")


def _check_cors(cors: Request) -> None:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html"""
    if cors.get("AllowCredentials") and "*" in (cors.get("AllowOrigins") or ()):
        raise BadRequestError("AllowCredentials cannot be true with the AllowOrigins value *")
    for method in cors.get("AllowMethods") or ():
        if method != "*" and method not in METHODS - {"ANY"}:
            raise BadRequestError(f"Invalid HTTP method specified for AllowMethods: {method}")
    age = cors.get("MaxAge")
    if age is not None and not -1 <= int(age) <= 86_400:
        raise BadRequestError("MaxAge must be between -1 and 86400 seconds")


def check_key(key: str) -> None:
    """Checks a route key: `$default`, or a method and a path."""
    if key == DEFAULT:
        return
    try:
        pattern = parse(key)
    except ValueError as error:
        raise BadRequestError(f"The provided route key is not formatted properly: {error}") from error
    if pattern.method not in METHODS:
        raise BadRequestError(f"The provided route key is not formatted properly: no method {pattern.method}")


def _check_authorization(request: Request, authorizers: Mapping[str, str]) -> None:
    kind = request.get("AuthorizationType") or "NONE"
    if kind not in ("NONE", "CUSTOM", "JWT"):
        raise BadRequestError(f"The emulator does not support AuthorizationType {kind}, only NONE, CUSTOM and JWT")
    if kind != "JWT" and request.get("AuthorizationScopes"):
        raise BadRequestError("AuthorizationScopes need AuthorizationType JWT")
    if kind == "NONE":
        return
    wanted = {"CUSTOM": "REQUEST", "JWT": "JWT"}[kind]
    if authorizers.get(request.get("AuthorizerId") or "") != wanted:
        raise BadRequestError(f"Invalid authorizer {request.get('AuthorizerId')} for AuthorizationType {kind}")


def check_route(request: Request, authorizers: Mapping[str, str], integrations: set[str]) -> None:
    """Checks CreateRoute, and the route that results from UpdateRoute.

    `authorizers` maps the id of each authorizer of the API to its type.
    """
    check_key(request.get("RouteKey") or "")
    _check_authorization(request, authorizers)
    refuse(
        request,
        "HTTP API routes",
        *("ApiKeyRequired", "ModelSelectionExpression", "RequestModels", "RequestParameters"),
        "RouteResponseSelectionExpression",
    )
    target = request.get("Target")
    if target and target.removeprefix("integrations/") not in integrations:
        raise BadRequestError(f"Invalid target {target}")


def check_stage(request: Request) -> None:
    """Checks CreateStage and UpdateStage."""
    refuse(request, "HTTP API stages", "ClientCertificateId")
    log = request.get("AccessLogSettings") or {}
    arn = log.get("DestinationArn")
    if arn and (":logs:" not in arn or ":log-group:" not in arn):
        raise BadRequestError(f"The emulator does not support the access log destination {arn}, only a log group")
    if arn and not log.get("Format"):
        raise BadRequestError("AccessLogSettings needs a Format")
    settings = [request.get("DefaultRouteSettings") or {}, *(request.get("RouteSettings") or {}).values()]
    for setting in settings:
        refuse(setting, "HTTP API stages", "DataTraceEnabled")
        if setting.get("LoggingLevel", "OFF") != "OFF":
            raise BadRequestError("The emulator does not support LoggingLevel of HTTP API stages (nor does AWS)")
