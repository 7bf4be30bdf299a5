"""Provides apigatewayv2: moto's model of HTTP APIs, within the bounds of the data plane (`execute_api`).

An operation that changes the model is checked first. Then moto stores the change, and the data plane reads the model
again.
"""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.apigatewayv2.models import Api

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.apis import ApiOperations
from localstack_dockerless.services.apigatewayv2.authorizer_rules import check_authorizer, default_ttl
from localstack_dockerless.services.apigatewayv2.changes import after_change, api_of, backend_of, checked
from localstack_dockerless.services.apigatewayv2.domains import DomainOperations, refuse_mapped
from localstack_dockerless.services.apigatewayv2.existence import found_first
from localstack_dockerless.services.apigatewayv2.integration_rules import check_integration
from localstack_dockerless.services.apigatewayv2.shapes import authorizer_shape, integration_shape, route_shape
from localstack_dockerless.services.apigatewayv2.stages import StageOperations
from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]

_NOT_SUPPORTED = (
    *("CreateModel", "UpdateModel", "CreateRouteResponse", "UpdateRouteResponse"),
    *("CreateIntegrationResponse", "UpdateIntegrationResponse"),
)
_CHANGES = (
    *("DeleteRoute", "DeleteVpcLink", "DeleteRouteRequestParameter"),
    *("CreateVpcLink", "UpdateVpcLink"),
)


def _unused(what: str, routes: list[str]) -> None:
    if routes:
        message = f"Cannot delete the {what}: the route {routes[0]} uses it"
        raise CommonServiceException("ConflictException", message, status_code=409)


def _types(api: Api) -> dict[str, str]:
    return {key: authorizer.authorizer_type for key, authorizer in api.authorizers.items()}


def _change(operation: str) -> Callable[..., Any]:
    @handler(operation, expand=False)
    def change(_provider: Any, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        after_change(context, request.get("ApiId"))
        return answer

    change.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by this name
    return change


_Changes = type("_Changes", (), {xform_name(operation): _change(operation) for operation in _CHANGES})


_Moto = moto_provider("apigatewayv2", refused=_NOT_SUPPORTED)


@found_first
class ApiGatewayV2Provider(_Changes, ApiOperations, StageOperations, DomainOperations, _Moto):  # type: ignore[misc, valid-type]  # made at run time
    """Has the operations that are checked, or that moto does not answer. moto answers every other operation."""

    @handler("DeleteStage", expand=False)
    def delete_stage(self, context: RequestContext, request: Request) -> Any:
        refuse_mapped(backend_of(context), request["ApiId"], request["StageName"])
        return self._changed(context, request)

    @handler("DeleteIntegration", expand=False)
    def delete_integration(self, context: RequestContext, request: Request) -> Any:
        target = f"integrations/{request['IntegrationId']}"
        users = [route.route_key for route in api_of(context, request).routes.values() if route.target == target]
        _unused(f"integration {request['IntegrationId']}", users)
        return self._changed(context, request)

    @handler("DeleteAuthorizer", expand=False)
    def delete_authorizer(self, context: RequestContext, request: Request) -> Any:
        wanted = request["AuthorizerId"]
        users = [r.route_key for r in api_of(context, request).routes.values() if r.authorizer_id == wanted]
        _unused(f"authorizer {wanted}", users)
        return self._changed(context, request)

    @handler("GetAuthorizers", expand=False)
    def get_authorizers(self, context: RequestContext, request: Request) -> Any:
        return {"Items": [authorizer_shape(a) for a in api_of(context, request).authorizers.values()]}

    @handler("CreateAuthorizer", expand=False)
    def create_authorizer(self, context: RequestContext, request: Request) -> Any:
        ttl = request.setdefault("AuthorizerResultTtlInSeconds", default_ttl(request))
        checked(check_authorizer, request)
        authorizer = api_of(context, request).authorizers[call_moto(context)["AuthorizerId"]]
        authorizer.auth_result_ttl = ttl
        after_change(context, request["ApiId"])
        return authorizer_shape(authorizer)

    @handler("UpdateAuthorizer", expand=False)
    def update_authorizer(self, context: RequestContext, request: Request) -> Any:
        authorizer = api_of(context, request).get_authorizer(request["AuthorizerId"])
        checked(check_authorizer, {**authorizer_shape(authorizer), **request})
        return self._changed(context, request)

    @handler("CreateIntegration", expand=False)
    def create_integration(self, context: RequestContext, request: Request) -> Any:
        checked(check_integration, request, set(backend_of(context).vpc_links))
        return self._changed(context, request)

    @handler("UpdateIntegration", expand=False)
    def update_integration(self, context: RequestContext, request: Request) -> Any:
        integration = api_of(context, request).get_integration(request["IntegrationId"])
        after = {**integration_shape(integration), **request}
        after["RequestParameters"] = {
            key: value
            for key, value in {
                **(integration.request_parameters or {}),
                **(request.get("RequestParameters") or {}),
            }.items()
            if value  # an empty value removes the mapping
        }
        checked(check_integration, after, set(backend_of(context).vpc_links))
        answer = call_moto(context)
        integration.request_parameters = after["RequestParameters"]
        integration.response_parameters = {k: v for k, v in (integration.response_parameters or {}).items() if v}
        after_change(context, request["ApiId"])
        return {**answer, "RequestParameters": after["RequestParameters"]}

    @handler("CreateRoute", expand=False)
    def create_route(self, context: RequestContext, request: Request) -> Any:
        api = api_of(context, request)
        checked(rules.check_route, request, _types(api), set(api.integrations))
        if any(route.route_key == request["RouteKey"] for route in api.routes.values()):
            message = f"Route with key {request['RouteKey']} already exists for this API"
            raise CommonServiceException("ConflictException", message, status_code=409)
        return self._changed(context, request)

    @handler("UpdateRoute", expand=False)
    def update_route(self, context: RequestContext, request: Request) -> Any:
        api = api_of(context, request)
        route = api.get_route(request["RouteId"])
        after = {**route_shape(route), **request}
        checked(rules.check_route, after, _types(api), set(api.integrations))
        call_moto(context)
        route.authorization_scopes = after.get("AuthorizationScopes") or []  # moto keeps the last one
        after_change(context, request["ApiId"])
        return route_shape(route)

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

    def _changed(self, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        after_change(context, request["ApiId"])
        return answer
