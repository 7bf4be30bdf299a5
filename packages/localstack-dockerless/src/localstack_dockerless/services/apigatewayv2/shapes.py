"""Converts moto's objects to the shapes of the API, where moto has no operation."""

from typing import Any

Shape = dict[str, Any]


def _shape(members: dict[str, Any]) -> Shape:
    return {name[0].upper() + name[1:]: value for name, value in members.items() if value is not None}


def api_shape(api: Any) -> Shape:
    """Returns an API as GetApi does."""
    shape = {**_shape(api.to_json()), "CreatedDate": api.created_date}
    if cors := shape.pop("CorsConfiguration", None):
        shape["CorsConfiguration"] = _shape(cors)
    return shape


def authorizer_shape(authorizer: Any) -> Shape:
    """Returns an authorizer as GetAuthorizer does."""
    shape = _shape(authorizer.to_json())
    if settings := shape.pop("JwtConfiguration", None):
        shape["JwtConfiguration"] = _shape(settings)
    return shape


def integration_shape(integration: Any) -> Shape:
    """Returns an integration as GetIntegration does."""
    return _shape(integration.to_json())


def route_shape(route: Any) -> Shape:
    """Returns a route as GetRoute does."""
    return _shape(route.to_json())


def settings_json(settings: Shape) -> dict[str, Any]:
    """Returns route or access log settings under moto's names: the names of the wire."""
    return {name[0].lower() + name[1:]: value for name, value in settings.items()}


def settings_shape(settings: dict[str, Any] | None) -> Shape | None:
    """Reverses `settings_json`."""
    return _shape(settings) if settings is not None else None


def stage_shape(stage: Any) -> Shape:
    """Returns a stage as GetStage does, without its tags."""
    shape = {
        "StageName": stage.name,
        "ApiGatewayManaged": False,
        "AccessLogSettings": settings_shape(stage.access_log_settings),
        "AutoDeploy": bool(stage.auto_deploy),
        "CreatedDate": stage.created,
        "DefaultRouteSettings": settings_shape(stage.default_route_settings),
        "DeploymentId": stage.config.get("deploymentId"),
        "Description": stage.description,
        "LastUpdatedDate": stage.updated,
        "RouteSettings": {key: settings_shape(value) for key, value in stage.route_settings.items()},
        "StageVariables": stage.stage_variables or {},
    }
    return {name: value for name, value in shape.items() if value is not None}
