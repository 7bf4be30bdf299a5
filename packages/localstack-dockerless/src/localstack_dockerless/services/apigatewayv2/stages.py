"""Provides stages and deployments of HTTP APIs. moto can only create stages.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html: a stage serves a deployment,
a snapshot of the API. With automatic deployment every change makes a deployment at once.
"""

import copy
import random
import string
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.apigatewayv2.models import Api, Stage, apigatewayv2_backends

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.shapes import settings_json, stage_shape

Request = dict[str, Any]

_deployments: dict[str, dict[str, dict[str, Any]]] = {}
"""Maps the API's id and the deployment's id to the deployment."""


def _error(code: str, message: str, status: int) -> CommonServiceException:
    return CommonServiceException(code, message, status_code=status)


def _not_found(what: str) -> CommonServiceException:
    return _error("NotFoundException", f"Invalid {what} identifier specified", 404)


class StageOperations:
    """Has the operations on stages and deployments."""

    @staticmethod
    def auto_deploy(api: Api, stage: Stage) -> None:
        """Records that the present API is deployed to `stage`."""
        deployment = _new_deployment(
            api, "Automatic deployment triggered by changes to the Api configuration", auto=True
        )
        previous = stage.config.get("deploymentId")
        if previous and _deployments[api.api_id].get(previous, {}).get("AutoDeployed"):
            del _deployments[api.api_id][previous]
        stage.config["deploymentId"] = deployment["DeploymentId"]

    @staticmethod
    def forget_deployments(api_id: str) -> None:
        """Removes the deployments of a deleted API."""
        for deployment_id in _deployments.pop(api_id, {}):
            moto_configuration.forget_deployment(api_id, deployment_id)

    @classmethod
    def create_default_stage(cls, api: Api) -> None:
        """Makes the stage `$default` with automatic deployment, for an API of CreateApi's target."""
        stage = api.create_stage({"stageName": "$default", "autoDeploy": True})
        cls.auto_deploy(api, stage)

    @handler("CreateStage", expand=False)
    def create_stage(self, context: RequestContext, request: Request) -> Any:
        api = _api(context, request)
        _check(request)
        if request["StageName"] in api.stages:
            raise _error("ConflictException", f"Stage {request['StageName']} already exists", 409)
        _check_deployment(api, request)
        stage = api.create_stage({"stageName": request["StageName"]})
        stage.auto_deploy = False
        api.backend.tag_resource(f"{api.arn}/stages/{stage.name}", request.get("Tags") or {})
        _update(api, stage, request)
        moto_configuration.changed()
        return _shape(api, stage)

    @handler("UpdateStage", expand=False)
    def update_stage(self, context: RequestContext, request: Request) -> Any:
        api = _api(context, request)
        _check(request)
        _check_deployment(api, request)
        stage = _stage(api, request)
        _update(api, stage, request)
        moto_configuration.changed()
        return _shape(api, stage)

    @handler("GetStage", expand=False)
    def get_stage(self, context: RequestContext, request: Request) -> Any:
        api = _api(context, request)
        return _shape(api, _stage(api, request))

    @handler("GetStages", expand=False)
    def get_stages(self, context: RequestContext, request: Request) -> Any:
        api = _api(context, request)
        return {"Items": [_shape(api, stage) for stage in api.stages.values()]}

    @handler("DeleteAccessLogSettings", expand=False)
    def delete_access_log_settings(self, context: RequestContext, request: Request) -> None:
        _stage(_api(context, request), request).access_log_settings = None
        moto_configuration.changed()

    @handler("DeleteRouteSettings", expand=False)
    def delete_route_settings(self, context: RequestContext, request: Request) -> None:
        _stage(_api(context, request), request).route_settings.pop(request["RouteKey"], None)
        moto_configuration.changed()

    @handler("ResetAuthorizersCache", expand=False)
    def reset_authorizers_cache(self, context: RequestContext, request: Request) -> None:
        from localstack_dockerless.services.apigatewayv2.execute_api.router import authorizer_cache  # noqa: PLC0415 -- the data plane imports nothing of this

        stage = _stage(_api(context, request), request)
        authorizer_cache.reset(request["ApiId"], stage.name)

    @handler("CreateDeployment", expand=False)
    def create_deployment(self, context: RequestContext, request: Request) -> Any:
        api = _api(context, request)
        stage = _stage(api, request) if request.get("StageName") else None
        deployment = _new_deployment(api, request.get("Description"), auto=False)
        if stage is not None:
            stage.config["deploymentId"] = deployment["DeploymentId"]
        moto_configuration.changed()
        return deployment

    @handler("GetDeployment", expand=False)
    def get_deployment(self, context: RequestContext, request: Request) -> Any:
        return _deployment(_api(context, request), request)

    @handler("GetDeployments", expand=False)
    def get_deployments(self, context: RequestContext, request: Request) -> Any:
        return {"Items": list(_deployments.get(_api(context, request).api_id, {}).values())}

    @handler("UpdateDeployment", expand=False)
    def update_deployment(self, context: RequestContext, request: Request) -> Any:
        deployment = _deployment(_api(context, request), request)
        deployment["Description"] = request.get("Description", deployment.get("Description"))
        return deployment

    @handler("DeleteDeployment", expand=False)
    def delete_deployment(self, context: RequestContext, request: Request) -> None:
        api = _api(context, request)
        _deployment(api, request)
        if any(stage.config.get("deploymentId") == request["DeploymentId"] for stage in api.stages.values()):
            message = "Active stages pointing to this deployment must be moved or deleted"
            raise _error("BadRequestException", message, 400)
        del _deployments[api.api_id][request["DeploymentId"]]
        moto_configuration.forget_deployment(api.api_id, request["DeploymentId"])


def _api(context: RequestContext, request: Request) -> Api:
    return apigatewayv2_backends[context.account_id][context.region].get_api(request["ApiId"])


def _stage(api: Api, request: Request) -> Stage:
    stage = api.stages.get(request["StageName"])
    if stage is None:
        raise _not_found("stage")
    return stage


def _shape(api: Api, stage: Stage) -> dict[str, Any]:
    return {**stage_shape(stage), "Tags": api.backend.get_tags(f"{api.arn}/stages/{stage.name}")}


def _deployment(api: Api, request: Request) -> dict[str, Any]:
    found = _deployments.get(api.api_id, {}).get(request["DeploymentId"])
    if found is None:
        raise _not_found("Deployment")
    return found


def _check(request: Request) -> None:
    try:
        rules.check_stage(request)
    except rules.BadRequestError as error:
        raise _error("BadRequestException", str(error), 400) from error


def _check_deployment(api: Api, request: Request) -> None:
    if not request.get("DeploymentId"):
        return
    if request.get("AutoDeploy"):
        raise _error("BadRequestException", "Deployment ID cannot be specified with AutoDeploy", 400)
    _deployment(api, request)


def _update(api: Api, stage: Stage, request: Request) -> None:
    if "AccessLogSettings" in request:
        stage.access_log_settings = settings_json(request["AccessLogSettings"] or {}) or None
    if "DefaultRouteSettings" in request:
        stage.default_route_settings = settings_json(request["DefaultRouteSettings"] or {})
    if "RouteSettings" in request:
        stage.route_settings = {key: settings_json(value) for key, value in (request["RouteSettings"] or {}).items()}
    if "StageVariables" in request:
        changed = {**(stage.stage_variables or {}), **(request["StageVariables"] or {})}
        stage.stage_variables = {name: value for name, value in changed.items() if value}
    stage.description = request.get("Description", stage.description)
    stage.updated = datetime.now(UTC)
    if request.get("DeploymentId"):
        stage.config["deploymentId"] = request["DeploymentId"]
    if "AutoDeploy" in request:
        stage.auto_deploy = bool(request["AutoDeploy"])
    if stage.auto_deploy:
        StageOperations.auto_deploy(api, stage)


def _new_deployment(api: Api, description: str | None, *, auto: bool) -> dict[str, Any]:
    deployment_id = "".join(random.choices(string.ascii_lowercase + string.digits, k=6))  # noqa: S311 -- a name
    deployment = {
        "AutoDeployed": auto,
        "CreatedDate": datetime.now(UTC),
        "DeploymentId": deployment_id,
        "DeploymentStatus": "DEPLOYED",
        **({"Description": description} if description else {}),
    }
    _deployments.setdefault(api.api_id, {})[deployment_id] = deployment
    if not auto:
        moto_configuration.deploy(api, deployment_id)
    return deployment


def deployments() -> dict[str, dict[str, dict[str, Any]]]:
    """Returns a copy of all deployments, for the saved state."""
    return copy.deepcopy(_deployments)


def set_deployments(saved: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Sets the deployments of a saved state."""
    _deployments.clear()
    _deployments.update(saved)
