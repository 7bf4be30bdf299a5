"""Checks the settings of authorizers. Requests have the shapes of the API."""

import re

from localstack_dockerless.services.apigatewayv2.execute_api import issuers
from localstack_dockerless.services.apigatewayv2.rules import FUNCTION_URI, BadRequestError, Request

_SOURCE = re.compile(r"\$\{?(request\.(header|querystring)\.[^.}]+|context\.[^}]+|stageVariables\.[^}]+)\}?")
_TOKEN_SOURCE = re.compile(r"\$\{?request\.(header|querystring)\.[^.}]+\}?")

DEFAULT_TTL = 300
"""The seconds for which an authorizer's answers are cached by default, if it has an identity source.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-authorizer.html has no default.
Earlier references of CreateAuthorizer have this value, and the console and Terraform's provider set it. Without an
identity source nothing can be cached:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""


def default_ttl(request: Request) -> int | None:
    """Returns the seconds of caching of an authorizer that names none. None: JWT authorizers have no such setting."""
    if request.get("AuthorizerType") == "JWT":
        return None
    return DEFAULT_TTL if request.get("IdentitySource") else 0


def check_authorizer(request: Request) -> None:
    """Checks CreateAuthorizer, and the authorizer that results from UpdateAuthorizer."""
    kind = request.get("AuthorizerType")
    if kind == "JWT":
        _check_jwt(request)
    elif kind == "REQUEST":
        _check_request(request)
    else:
        raise BadRequestError(f"Invalid AuthorizerType {kind}: an HTTP API takes REQUEST and JWT")


def _check_jwt(request: Request) -> None:
    settings = request.get("JwtConfiguration") or {}
    issuer, audience = settings.get("Issuer") or "", settings.get("Audience") or []
    if not issuer or not audience:
        raise BadRequestError("A JWT authorizer needs JwtConfiguration with an Issuer and an Audience")
    sources = list(request.get("IdentitySource") or ())
    if len(sources) != 1 or not _TOKEN_SOURCE.fullmatch(sources[0]):
        raise BadRequestError(
            f"A JWT authorizer needs one identity source, a header or a query parameter: {', '.join(sources)}"
        )
    if _place_of(issuer) is None:
        raise BadRequestError(
            f"Invalid issuer: {issuer}. The emulator calls no other machine. {issuers.VARIABLE} names an issuer's keys"
        )


def _place_of(issuer: str) -> str | None:
    try:
        return issuers.place_of(issuer)
    except ValueError as error:
        raise BadRequestError(str(error)) from error


def _check_request(request: Request) -> None:
    version = request.get("AuthorizerPayloadFormatVersion")
    if version not in ("1.0", "2.0"):
        raise BadRequestError(
            "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer: 1.0 or 2.0"
        )
    if request.get("EnableSimpleResponses") and version == "1.0":
        raise BadRequestError("EnableSimpleResponses needs AuthorizerPayloadFormatVersion 2.0")
    if not FUNCTION_URI.fullmatch(request.get("AuthorizerUri") or ""):
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
