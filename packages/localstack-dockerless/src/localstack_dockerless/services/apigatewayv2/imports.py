"""Makes the parts of an API of an OpenAPI definition, or of the target of CreateApi (quick create).

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html (`target`, `routeKey`, `credentialsArn`)
"""

from typing import Any

from moto.apigatewayv2.models import Api

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.authorizer_rules import check_authorizer, default_ttl
from localstack_dockerless.services.apigatewayv2.execute_api.routes import DEFAULT
from localstack_dockerless.services.apigatewayv2.integration_rules import check_integration
from localstack_dockerless.services.apigatewayv2.openapi import ImportedApi, ImportedRoute
from localstack_dockerless.services.apigatewayv2.shapes import settings_json

Request = dict[str, Any]


def check_import(imported: ImportedApi, vpc_links: set[str]) -> None:
    """Checks all parts of a definition, before any of them replaces a part of the API.

    Raises
    ------
    rules.BadRequestError
    """
    rules.check_api(imported.settings)
    for authorizer in imported.authorizers.values():
        check_authorizer(_with_ttl(authorizer))
    seen: set[str] = set()
    for route in imported.routes:
        rules.check_key(route.key)
        if route.key in seen:
            raise rules.BadRequestError(f"Route with key {route.key} is in the API definition twice")
        seen.add(route.key)
        if route.integration:
            check_integration(_as_request(route.integration), vpc_links)


def replace_parts(api: Api, imported: ImportedApi) -> None:
    """Replaces the routes, integrations, authorizers and settings of `api`. Its stages and its name stay."""
    for parts in (api.routes, api.integrations, api.authorizers):
        parts.clear()
    settings = imported.settings
    api.name = settings.get("Name", api.name)
    api.description = settings.get("Description", api.description)
    api.version = settings.get("Version", api.version)
    api.cors_configuration = settings_json(settings.get("CorsConfiguration") or {}) or None
    made = {name: _create_authorizer(api, request) for name, request in imported.authorizers.items()}
    for route in imported.routes:
        _create_route(api, route, imported, made)


def quick_create(api: Api, request: Request) -> None:
    """Makes the integration and the route of CreateApi's `Target`. They take every request unless a key is given."""
    integration = create_integration(api, target_integration(request))
    api.create_route(
        api_key_required=False,
        authorization_scopes=[],
        authorization_type="NONE",
        route_key=request.get("RouteKey") or DEFAULT,
        target=f"integrations/{integration}",
    )


def target_integration(request: Request) -> Request:
    """Returns CreateIntegration's request for the target of CreateApi: the URL of a server, or a function's ARN."""
    target = request["Target"]
    if target.startswith("arn:"):
        return {
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": target,
            "PayloadFormatVersion": "2.0",
            "CredentialsArn": request.get("CredentialsArn"),
        }
    return {
        "IntegrationType": "HTTP_PROXY",
        "IntegrationMethod": "ANY",
        "IntegrationUri": target,
        "PayloadFormatVersion": "1.0",
    }


def create_integration(api: Api, request: Request) -> str:
    """Makes the integration in moto's model. Returns its id."""
    made = api.create_integration(
        integration_type=request["IntegrationType"],
        connection_id=request.get("ConnectionId"),
        connection_type=request.get("ConnectionType") or "INTERNET",
        credentials_arn=request.get("CredentialsArn"),
        description=request.get("Description"),
        integration_method=request.get("IntegrationMethod"),
        integration_subtype=request.get("IntegrationSubtype"),
        integration_uri=request.get("IntegrationUri"),
        payload_format_version=request.get("PayloadFormatVersion") or "1.0",
        request_parameters=request.get("RequestParameters"),
        response_parameters=request.get("ResponseParameters"),
        timeout_in_millis=request.get("TimeoutInMillis"),
    )
    return str(made.id)


def _as_request(integration: Request) -> Request:
    return {**integration, "IntegrationMethod": str(integration.get("IntegrationMethod") or "").upper()}


def _with_ttl(authorizer: Request) -> Request:
    return {"AuthorizerResultTtlInSeconds": default_ttl(authorizer), **authorizer}


def _create_authorizer(api: Api, request: Request) -> str:
    settings = request.get("JwtConfiguration")
    made = api.create_authorizer(
        auth_creds_arn=request.get("AuthorizerCredentialsArn"),
        auth_payload_format_version=request.get("AuthorizerPayloadFormatVersion"),
        auth_result_ttl=_with_ttl(request)["AuthorizerResultTtlInSeconds"],
        authorizer_type=request["AuthorizerType"],
        authorizer_uri=request.get("AuthorizerUri"),
        enable_simple_response=request.get("EnableSimpleResponses"),
        identity_source=request["IdentitySource"],
        identity_validation_expr=None,
        jwt_config=settings_json(settings) if settings else None,
        name=request["Name"],
    )
    return str(made.id)


def _create_route(api: Api, route: ImportedRoute, imported: ImportedApi, made: dict[str, str]) -> None:
    target = None
    if route.integration:
        target = f"integrations/{create_integration(api, _as_request(route.integration))}"
    kind = "NONE"
    if route.authorizer:
        kind = "JWT" if imported.authorizers[route.authorizer]["AuthorizerType"] == "JWT" else "CUSTOM"
    api.create_route(
        api_key_required=False,
        authorization_scopes=route.scopes,
        authorization_type=kind,
        authorizer_id=made.get(route.authorizer or ""),
        operation_name=route.operation_name,
        route_key=route.key,
        target=target,
    )
