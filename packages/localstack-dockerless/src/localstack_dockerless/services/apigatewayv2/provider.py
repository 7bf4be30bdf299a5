"""Provides apigatewayv2: moto's model of HTTP APIs, within the bounds of the data plane (`execute_api`).

An operation that changes the model is checked first. Then moto stores the change, and the data plane reads the model
again.
"""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, apigatewayv2_backends

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.execute_api.router import BASE
from localstack_dockerless.services.apigatewayv2.existence import found_first
from localstack_dockerless.services.apigatewayv2.shapes import authorizer_shape, integration_shape, route_shape
from localstack_dockerless.services.apigatewayv2.stages import StageOperations
from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]

_NOT_SUPPORTED = (
    *("ImportApi", "ReimportApi", "ExportApi", "DeleteCorsConfiguration"),
    *("CreateDomainName", "UpdateDomainName", "CreateApiMapping", "UpdateApiMapping"),
    *("CreateModel", "UpdateModel", "CreateRouteResponse", "UpdateRouteResponse"),
    *("CreateIntegrationResponse", "UpdateIntegrationResponse"),
)
_CHANGES = (
    *("DeleteRoute", "DeleteStage", "DeleteVpcLink", "DeleteRouteRequestParameter"),
    *("CreateVpcLink", "UpdateVpcLink"),
)


def backend_of(context: RequestContext) -> ApiGatewayV2Backend:
    """Returns moto's backend of the caller's account and region."""
    return apigatewayv2_backends[context.account_id][context.region]


def api_endpoint(api_id: str) -> str:
    """Returns the address of the API. It needs no DNS unless LOCALSTACK_HOST names another host."""
    host = config.LOCALSTACK_HOST
    name = "127.0.0.1" if host.host == "localhost.localstack.cloud" else host.host
    return f"http://{name}:{host.port}{BASE}{api_id}"


def _checked(check: Callable[..., None], *arguments: Any) -> None:
    try:
        check(*arguments)
    except rules.BadRequestError as error:
        raise CommonServiceException("BadRequestException", str(error), status_code=400) from error


def _after_change(context: RequestContext, api_id: str | None) -> None:
    api = backend_of(context).apis.get(api_id or "")
    if api is not None:
        for stage in api.stages.values():
            if stage.auto_deploy:
                StageOperations.auto_deploy(api, stage)
    moto_configuration.changed()


def _unused(what: str, routes: list[str]) -> None:
    if routes:
        message = f"Cannot delete the {what}: the route {routes[0]} uses it"
        raise CommonServiceException("ConflictException", message, status_code=409)


def _change(operation: str) -> Callable[..., Any]:
    @handler(operation, expand=False)
    def change(_provider: Any, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        _after_change(context, request.get("ApiId"))
        return answer

    change.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by this name
    return change


_Changes = type("_Changes", (), {xform_name(operation): _change(operation) for operation in _CHANGES})


_Moto = moto_provider("apigatewayv2", refused=_NOT_SUPPORTED)


@found_first
class ApiGatewayV2Provider(_Changes, StageOperations, _Moto):  # type: ignore[misc, valid-type]  # made at run time
    """Has the operations that are checked, or that moto does not answer. moto answers every other operation."""

    @handler("CreateApi", expand=False)
    def create_api(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_api, request)
        answer = call_moto(context)
        backend_of(context).apis[answer["ApiId"]].api_endpoint = api_endpoint(answer["ApiId"])
        moto_configuration.changed()
        return {**answer, "ApiEndpoint": api_endpoint(answer["ApiId"])}

    @handler("UpdateApi", expand=False)
    def update_api(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_api, request)
        answer = call_moto(context)
        moto_configuration.changed()
        return answer

    @handler("DeleteApi", expand=False)
    def delete_api(self, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        self.forget_deployments(request["ApiId"])
        moto_configuration.changed()
        return answer

    @handler("DeleteIntegration", expand=False)
    def delete_integration(self, context: RequestContext, request: Request) -> Any:
        target = f"integrations/{request['IntegrationId']}"
        users = [route.route_key for route in self._api(context, request).routes.values() if route.target == target]
        _unused(f"integration {request['IntegrationId']}", users)
        return self._changed(context, request)

    @handler("DeleteAuthorizer", expand=False)
    def delete_authorizer(self, context: RequestContext, request: Request) -> Any:
        wanted = request["AuthorizerId"]
        users = [r.route_key for r in self._api(context, request).routes.values() if r.authorizer_id == wanted]
        _unused(f"authorizer {wanted}", users)
        return self._changed(context, request)

    @handler("GetAuthorizers", expand=False)
    def get_authorizers(self, context: RequestContext, request: Request) -> Any:
        return {"Items": [authorizer_shape(a) for a in self._api(context, request).authorizers.values()]}

    @handler("CreateAuthorizer", expand=False)
    def create_authorizer(self, context: RequestContext, request: Request) -> Any:
        ttl = request.setdefault("AuthorizerResultTtlInSeconds", rules.DEFAULT_TTL)
        _checked(rules.check_authorizer, request)
        answer = call_moto(context)
        self._api(context, request).authorizers[answer["AuthorizerId"]].auth_result_ttl = ttl
        _after_change(context, request["ApiId"])
        return {**answer, "AuthorizerResultTtlInSeconds": ttl}

    @handler("UpdateAuthorizer", expand=False)
    def update_authorizer(self, context: RequestContext, request: Request) -> Any:
        authorizer = self._api(context, request).get_authorizer(request["AuthorizerId"])
        _checked(rules.check_authorizer, {**authorizer_shape(authorizer), **request})
        return self._changed(context, request)

    @handler("CreateIntegration", expand=False)
    def create_integration(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_integration, request, set(backend_of(context).vpc_links))
        return self._changed(context, request)

    @handler("UpdateIntegration", expand=False)
    def update_integration(self, context: RequestContext, request: Request) -> Any:
        integration = self._api(context, request).get_integration(request["IntegrationId"])
        after = {**integration_shape(integration), **request}
        after["RequestParameters"] = {
            key: value
            for key, value in {
                **(integration.request_parameters or {}),
                **(request.get("RequestParameters") or {}),
            }.items()
            if value  # an empty value removes the mapping
        }
        _checked(rules.check_integration, after, set(backend_of(context).vpc_links))
        answer = call_moto(context)
        integration.request_parameters = after["RequestParameters"]
        integration.response_parameters = {k: v for k, v in (integration.response_parameters or {}).items() if v}
        _after_change(context, request["ApiId"])
        return {**answer, "RequestParameters": after["RequestParameters"]}

    @handler("CreateRoute", expand=False)
    def create_route(self, context: RequestContext, request: Request) -> Any:
        api = self._api(context, request)
        _checked(rules.check_route, request, set(api.authorizers), set(api.integrations))
        if any(route.route_key == request["RouteKey"] for route in api.routes.values()):
            message = f"Route with key {request['RouteKey']} already exists for this API"
            raise CommonServiceException("ConflictException", message, status_code=409)
        return self._changed(context, request)

    @handler("UpdateRoute", expand=False)
    def update_route(self, context: RequestContext, request: Request) -> Any:
        api = self._api(context, request)
        after = {**route_shape(api.get_route(request["RouteId"])), **request}
        _checked(rules.check_route, after, set(api.authorizers), set(api.integrations))
        return self._changed(context, request)

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Request) -> Any:
        backend_of(context).tag_resource(request["ResourceArn"], request.get("Tags") or {})
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Request) -> None:
        backend_of(context).untag_resource(request["ResourceArn"], list(request["TagKeys"]))

    @handler("GetTags", expand=False)
    def get_tags(self, context: RequestContext, request: Request) -> Any:
        return {"Tags": backend_of(context).get_tags(request["ResourceArn"])}

    def _api(self, context: RequestContext, request: Request) -> Api:
        return backend_of(context).get_api(request["ApiId"])

    def _changed(self, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        _after_change(context, request["ApiId"])
        return answer
