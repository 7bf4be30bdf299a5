"""Checks the settings of integrations. Requests have the shapes of the API.

Sources:
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations.html
"""

import re
from urllib.parse import urlsplit

from localstack_dockerless.services.apigatewayv2.execute_api import parameters
from localstack_dockerless.services.apigatewayv2.execute_api.actions import ACTIONS
from localstack_dockerless.services.apigatewayv2.rules import FUNCTION_URI, METHODS, BadRequestError, Request, refuse

_LISTENER = re.compile(r"arn:aws:elasticloadbalancing:[^:]+:\d{12}:listener/app/.+")
_FUNCTION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[^/]+")
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")


def check_integration(request: Request, vpc_links: set[str]) -> None:
    """Checks CreateIntegration, and the integration that results from UpdateIntegration."""
    refuse(
        request,
        "HTTP API integrations",
        *("RequestTemplates", "TemplateSelectionExpression", "PassthroughBehavior", "ContentHandlingStrategy"),
    )
    kind, connection = request.get("IntegrationType"), request.get("ConnectionType") or "INTERNET"
    if kind == "HTTP_PROXY" and connection == "VPC_LINK":
        _check_listener(request, vpc_links)
    elif kind == "HTTP_PROXY":
        _check_url(request)
    elif kind == "AWS_PROXY" and request.get("IntegrationSubtype"):
        _check_action(request)
    elif kind == "AWS_PROXY" and connection == "INTERNET":
        _check_function(request)
    else:
        raise BadRequestError(
            f"Invalid IntegrationType {kind} with ConnectionType {connection}: "
            "an HTTP API takes AWS_PROXY and HTTP_PROXY"
        )
    _check_values(request)


def _check_listener(request: Request, vpc_links: set[str]) -> None:
    if not _LISTENER.fullmatch(request.get("IntegrationUri") or ""):
        raise BadRequestError(
            f"For VpcLink V2, integration uri should be a valid ELB listener ARN: {request.get('IntegrationUri')} "
            "(the emulator supports listeners of Application Load Balancers)"
        )
    if request.get("ConnectionId") not in vpc_links:
        raise BadRequestError(f"Invalid VPC link {request.get('ConnectionId')}")
    _check_proxy(request)


def _check_url(request: Request) -> None:
    """Accepts every URL, because a stage variable may name the host. The data plane refuses another machine's."""
    uri = request.get("IntegrationUri") or ""
    if urlsplit(uri).scheme not in ("http", "https"):
        raise BadRequestError(f"Invalid HTTP endpoint specified for URI: {uri}")
    _check_proxy(request)


def _check_proxy(request: Request) -> None:
    refuse(request, "HTTP_PROXY integrations", "TlsConfig", "IntegrationSubtype", "CredentialsArn")
    if (request.get("PayloadFormatVersion") or "1.0") != "1.0":
        raise BadRequestError("PayloadFormatVersion of an HTTP_PROXY integration must be 1.0")
    if request.get("IntegrationMethod") not in METHODS:
        raise BadRequestError(f"Invalid HTTP method specified: {request.get('IntegrationMethod')}")


def _check_function(request: Request) -> None:
    uri = request.get("IntegrationUri") or ""
    if not _FUNCTION.fullmatch(uri) and not FUNCTION_URI.fullmatch(uri):
        raise BadRequestError(f"Invalid Lambda function ARN or invocation URI: {uri}")
    if request.get("PayloadFormatVersion") not in ("1.0", "2.0"):
        raise BadRequestError("PayloadFormatVersion is a required parameter for integration type AWS_PROXY: 1.0 or 2.0")
    _check_role(request, required=False)


def _check_action(request: Request) -> None:
    subtype = str(request["IntegrationSubtype"])
    action = ACTIONS.get(subtype)
    if action is None:
        raise BadRequestError(
            f"The emulator does not support IntegrationSubtype {subtype}, only {', '.join(sorted(ACTIONS))}"
        )
    if (request.get("PayloadFormatVersion") or "1.0") != "1.0":
        raise BadRequestError("PayloadFormatVersion of an integration with a subtype must be 1.0")
    given = set(request.get("RequestParameters") or {})
    for name in sorted(action.required - given):
        raise BadRequestError(f"RequestParameters must include {name} for {subtype}")
    for name in sorted(given - action.required - action.optional):
        raise BadRequestError(f"Parameter: {name} does not fit schema for Operation: {subtype}")
    _check_role(request, required=True)


def _check_role(request: Request, *, required: bool) -> None:
    role = request.get("CredentialsArn")
    if (required or role) and not _ROLE.fullmatch(role or ""):
        raise BadRequestError(f"Invalid CredentialsArn {role}: it must be the ARN of a role")


def _check_values(request: Request) -> None:
    timeout = int(request.get("TimeoutInMillis") or 30_000)
    if not 50 <= timeout <= 30_000:
        raise BadRequestError("TimeoutInMillis should be between 50 ms and 30000 ms")
    mapped = {} if request.get("IntegrationSubtype") else request.get("RequestParameters") or {}
    try:
        parameters.check(mapped, request.get("ResponseParameters") or {})
    except ValueError as error:
        raise BadRequestError(
            f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"
        ) from error
