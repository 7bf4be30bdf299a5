"""Writes an HTTP API as an OpenAPI definition, which `openapi.py` can read again.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-export.html
"""

from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.routes import DEFAULT
from localstack_dockerless.services.apigatewayv2.openapi import (
    ANY,
    AUTHORIZER,
    AUTHORIZER_MEMBERS,
    INTEGRATION,
    INTEGRATION_MEMBERS,
    Document,
)

Shape = dict[str, Any]


def definition(api: Shape, routes: list[Shape], integrations: list[Shape], authorizers: list[Shape]) -> Document:
    """Returns the definition with its extensions. The arguments have the shapes of GetApi, GetRoutes and so on."""
    names = {authorizer["AuthorizerId"]: authorizer["Name"] for authorizer in authorizers}
    by_id = {integration["IntegrationId"]: integration for integration in integrations}
    paths: Document = {}
    for route in routes:
        method, path = _address(route["RouteKey"])
        paths.setdefault(path, {})[method] = _operation(route, by_id, names)
    info = {"title": api["Name"], "version": api.get("Version") or "1.0", "description": api.get("Description")}
    made: Document = {
        "openapi": "3.0.1",
        "info": {name: value for name, value in info.items() if value},
        "servers": [{"url": f"{api['ApiEndpoint']}/{{basePath}}", "variables": {"basePath": {"default": ""}}}],
        "paths": paths,
    }
    if authorizers:
        made["components"] = {"securitySchemes": {each["Name"]: _scheme(each) for each in authorizers}}
    if cors := api.get("CorsConfiguration"):
        made["x-amazon-apigateway-cors"] = {name[0].lower() + name[1:]: value for name, value in cors.items()}
    return made | {"x-amazon-apigateway-importexport-version": "1.0"}


def without_extensions(value: Any) -> Any:
    """Returns a definition without the members that only API Gateway knows."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if not str(name).startswith("x-amazon-apigateway-")}
        return {name: without_extensions(each) for name, each in kept.items()}
    return [without_extensions(each) for each in value] if isinstance(value, list) else value


def _address(key: str) -> tuple[str, str]:
    if key == DEFAULT:
        return ANY, f"/{DEFAULT}"
    method, _, path = key.partition(" ")
    return ANY if method == "ANY" else method.lower(), path


def _operation(route: Shape, integrations: dict[str, Shape], authorizers: dict[str, str]) -> Document:
    made: Document = {"responses": {"default": {"description": f"Default response for {route['RouteKey']}"}}}
    if route["RouteKey"] == DEFAULT:
        made["isDefaultRoute"] = True
    if name := route.get("OperationName"):
        made["operationId"] = name
    if name := authorizers.get(route.get("AuthorizerId") or ""):
        made["security"] = [{name: route.get("AuthorizationScopes") or []}]
    integration = integrations.get((route.get("Target") or "").removeprefix("integrations/"))
    if integration is not None:
        made[INTEGRATION] = _members(integration, INTEGRATION_MEMBERS) | {
            "type": integration["IntegrationType"].lower()
        }
    return made


def _members(shape: Shape, names: dict[str, str]) -> Document:
    return {name: shape[member] for name, member in names.items() if shape.get(member) not in (None, "", {})}


def _scheme(authorizer: Shape) -> Document:
    is_jwt = authorizer["AuthorizerType"] == "JWT"
    extension = _members(authorizer, AUTHORIZER_MEMBERS) | {"type": authorizer["AuthorizerType"].lower()}
    if sources := authorizer.get("IdentitySource"):
        extension["identitySource"] = ",".join(sources)
    if is_jwt:
        settings = authorizer["JwtConfiguration"]
        extension["jwtConfiguration"] = {"issuer": settings["Issuer"], "audience": settings["Audience"]}
        return {"type": "oauth2", "flows": {}, AUTHORIZER: extension}
    return {"type": "apiKey", "name": "Unused", "in": "header", AUTHORIZER: extension}
