"""Reads an OpenAPI definition as the requests that make an HTTP API.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html: OpenAPI 3.0, in JSON or YAML
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html: the extensions
Schemas, examples and servers are left out, as HTTP APIs leave them out ("Basepath" is `ignore`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from localstack_dockerless.services.apigatewayv2.execute_api.routes import DEFAULT
from localstack_dockerless.services.apigatewayv2.rules import BadRequestError

Document = dict[str, Any]
Request = dict[str, Any]

ANY = "x-amazon-apigateway-any-method"
AUTHORIZER = "x-amazon-apigateway-authorizer"
INTEGRATION = "x-amazon-apigateway-integration"
_METHODS = ("delete", "get", "head", "options", "patch", "post", "put", ANY)
INTEGRATION_MEMBERS = {
    "connectionId": "ConnectionId",
    "connectionType": "ConnectionType",
    "credentials": "CredentialsArn",
    "description": "Description",
    "httpMethod": "IntegrationMethod",
    "integrationSubtype": "IntegrationSubtype",
    "payloadFormatVersion": "PayloadFormatVersion",
    "requestParameters": "RequestParameters",
    "responseParameters": "ResponseParameters",
    "timeoutInMillis": "TimeoutInMillis",
    "tlsConfig": "TlsConfig",
    "uri": "IntegrationUri",
}
AUTHORIZER_MEMBERS = {
    "authorizerCredentials": "AuthorizerCredentialsArn",
    "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
    "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
    "authorizerUri": "AuthorizerUri",
    "enableSimpleResponses": "EnableSimpleResponses",
}


@dataclass(frozen=True)
class ImportedRoute:
    """Holds a route with CreateIntegration's request, if it has an integration, and its authorizer's name."""

    key: str
    integration: Request | None
    authorizer: str | None
    scopes: list[str]
    operation_name: str | None


@dataclass(frozen=True)
class ImportedApi:
    """Holds a definition: the members of UpdateApi, CreateAuthorizer's requests by their names, and the routes."""

    settings: Request
    authorizers: dict[str, Request]
    routes: list[ImportedRoute] = field(default_factory=list)


def read_openapi(text: str) -> ImportedApi:
    """Reads the definition `text`.

    Raises
    ------
    BadRequestError
        It is no OpenAPI 3.0 definition, or it needs an authorizer that HTTP APIs do not have.
    """
    document = _document(text)
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    authorizers = {name: _authorizer(name, scheme) for name, scheme in schemes.items() if AUTHORIZER in scheme}
    return ImportedApi(_settings(document), authorizers, list(_routes(document, authorizers)))


def _document(text: str) -> Document:
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadRequestError(f"Unable to parse the API definition: {error}") from error
    if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.0"):
        raise BadRequestError("Invalid OpenAPI input: an HTTP API takes a definition of OpenAPI 3.0")
    return document


def _settings(document: Document) -> Request:
    info = document.get("info") or {}
    settings: Request = {
        "Name": info.get("title"),
        "Description": info.get("description"),
        "Version": str(info["version"]) if "version" in info else None,
    }
    if cors := document.get("x-amazon-apigateway-cors"):
        settings["CorsConfiguration"] = {name[0].upper() + name[1:]: value for name, value in cors.items()}
    return {name: value for name, value in settings.items() if value is not None}


def _routes(document: Document, authorizers: dict[str, Request]) -> Iterator[ImportedRoute]:
    for path, operations in (document.get("paths") or {}).items():
        for method in _METHODS:
            if method in operations:
                yield _route(document, authorizers, path, method)


def _route(document: Document, authorizers: dict[str, Request], path: str, method: str) -> ImportedRoute:
    operation = document["paths"][path][method] or {}
    is_default = path == f"/{DEFAULT}" or operation.get("isDefaultRoute")
    name = "ANY" if method == ANY else method.upper()
    key = DEFAULT if is_default else f"{name} {path}"
    authorizer, scopes = _security(operation.get("security", document.get("security")) or [], key)
    if authorizer is not None and authorizer not in authorizers:
        raise BadRequestError(f"The security scheme {authorizer} of the route {key} has no {AUTHORIZER}")
    return ImportedRoute(key, _integration(document, operation), authorizer, scopes, operation.get("operationId"))


def _security(requirements: list[dict[str, list[str]]], key: str) -> tuple[str | None, list[str]]:
    named = [(name, scopes) for requirement in requirements for name, scopes in requirement.items()]
    if len(named) > 1:
        raise BadRequestError(f"The route {key} has several security schemes: an HTTP API takes one")
    return named[0] if named else (None, [])


def _integration(document: Document, operation: Document) -> Request | None:
    found = operation.get(INTEGRATION)
    if found and "$ref" in found:
        found = _referred(document, str(found["$ref"]))
    if not found:
        return None
    request = {INTEGRATION_MEMBERS[name]: value for name, value in found.items() if name in INTEGRATION_MEMBERS}
    if "PayloadFormatVersion" in request:
        request["PayloadFormatVersion"] = str(request["PayloadFormatVersion"])
    return {**request, "IntegrationType": str(found.get("type") or "").upper()}


def _referred(document: Document, reference: str) -> Document:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise BadRequestError(f"The API definition has no {reference}")
    return found


def _authorizer(name: str, scheme: Document) -> Request:
    found = scheme[AUTHORIZER]
    kind = str(found.get("type") or "").upper()
    if kind not in ("JWT", "REQUEST"):
        raise BadRequestError(f"The emulator does not support the authorizer {name} of type {found.get('type')}")
    request = {AUTHORIZER_MEMBERS[key]: value for key, value in found.items() if key in AUTHORIZER_MEMBERS}
    if "AuthorizerPayloadFormatVersion" in request:
        request["AuthorizerPayloadFormatVersion"] = str(request["AuthorizerPayloadFormatVersion"])
    if settings := found.get("jwtConfiguration"):
        request["JwtConfiguration"] = {"Issuer": settings.get("issuer"), "Audience": settings.get("audience")}
    sources = found.get("identitySource") or []
    request["IdentitySource"] = _sources(sources)
    return {**request, "Name": name, "AuthorizerType": kind}


def _sources(sources: str | list[str]) -> list[str]:
    return [part.strip() for part in sources.split(",")] if isinstance(sources, str) else list(sources)
