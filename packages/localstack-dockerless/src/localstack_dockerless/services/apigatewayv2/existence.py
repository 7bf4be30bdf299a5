"""Answers 404 before any other check if an operation names something that does not exist.

Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid.html and its neighbours: each operation
answers 404 NotFoundException for "the resource specified in the request was not found". The texts are the service's,
which names an API by account and id.
"""

import functools
import re
from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.spec import load_service
from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import Api, ApiGatewayV2Backend, apigatewayv2_backends

Request = dict[str, Any]
Method = Callable[[Any, RequestContext, Request], Any]

_OF_AN_API = {
    "AuthorizerId": ("Authorizer", "authorizers"),
    "IntegrationId": ("Integration", "integrations"),
    "ModelId": ("Model", "models"),
    "RouteId": ("Route", "routes"),
    "StageName": ("Stage", "stages"),
}
"""Maps the member that names a child of an API to the service's word for it and moto's collection of it."""

_ARN = re.compile(r"arn:aws[^:]*:apigateway:[^:]*::/(apis|domainnames|vpclinks)/([^/]+)(?:/stages/(.+))?")
_NEW = {"CreateDomainName": "DomainName", "CreateStage": "StageName"}
"""Maps an operation to the member that names the object that it makes."""


def not_found(what: str, name: str) -> CommonServiceException:
    """Returns the error for `what` (in AWS's word) with the name `name`."""
    return CommonServiceException("NotFoundException", f"Invalid {what} identifier specified {name}", status_code=404)


def found_first(provider: type) -> type:
    """Makes every operation of `provider` look for the named objects first, and translates moto's errors."""
    for name in load_service("apigatewayv2").operation_names:
        method = next(
            attribute
            for attribute in (getattr(provider, key) for key in dir(provider))
            if getattr(attribute, "operation", None) == name
        )
        setattr(provider, method.__name__, _found_first(name, method))
    return provider


def _found_first(operation: str, method: Method) -> Method:
    shape = load_service("apigatewayv2").operation_model(operation).input_shape
    required = set(shape.required_members) if shape else set()

    @functools.wraps(method)  # keeps LocalStack's marks, by which it finds the methods
    def checked(self: Any, context: RequestContext, request: Request) -> Any:
        _require(operation, required, context, request)
        try:
            return method(self, context, request)
        except APIGatewayV2Error as error:
            raise CommonServiceException(error.error_type, error.message, status_code=error.code) from error

    return checked


def _require(operation: str, required: set[str], context: RequestContext, request: Request) -> None:
    backend = apigatewayv2_backends[context.account_id][context.region]
    if "VpcLinkId" in required and request["VpcLinkId"] not in backend.vpc_links:
        raise not_found("VpcLink", request["VpcLinkId"])
    if "ResourceArn" in required:
        _require_tagged(context, request["ResourceArn"])
    if "ApiId" in required:
        _require_parts(operation, required, _api(context, request["ApiId"]), request)
    if "DomainName" in required and _NEW.get(operation) != "DomainName":
        _require_domain(backend, request["DomainName"], request.get("ApiMappingId"))


def _require_parts(operation: str, required: set[str], api: Api, request: Request) -> None:
    for member, (what, collection) in _OF_AN_API.items():
        wanted = member in required and member != _NEW.get(operation)
        if wanted and request[member] not in getattr(api, collection):
            raise not_found(what, request[member])
    if (
        "RouteResponseId" in required
        and request["RouteResponseId"] not in api.routes[request["RouteId"]].route_responses
    ):
        raise not_found("RouteResponse", request["RouteResponseId"])
    if (
        "IntegrationResponseId" in required
        and request["IntegrationResponseId"] not in api.integrations[request["IntegrationId"]].responses
    ):
        raise not_found("IntegrationResponse", request["IntegrationResponseId"])


def _require_domain(backend: ApiGatewayV2Backend, name: str, mapping_id: str | None) -> None:
    if name not in backend.domain_names:
        raise not_found("domain name", name)
    mapping = backend.api_mappings.get(mapping_id or "")
    if mapping_id and (mapping is None or mapping.domain_name != name):
        raise not_found("API mapping", mapping_id)


def _api(context: RequestContext, api_id: str) -> Api:
    api = apigatewayv2_backends[context.account_id][context.region].apis.get(api_id)
    if api is None:
        raise not_found("API", f"{context.account_id}:{api_id}")
    return api


def _require_tagged(context: RequestContext, arn: str) -> None:
    named = _ARN.fullmatch(arn)
    if named is None:
        raise CommonServiceException("BadRequestException", f"Invalid ARN {arn}", status_code=400)
    backend = apigatewayv2_backends[context.account_id][context.region]
    if named[1] == "domainnames":
        _require_domain(backend, named[2], None)
        return
    if named[1] == "vpclinks":
        if named[2] not in backend.vpc_links:
            raise not_found("VpcLink", named[2])
        return
    api = _api(context, named[2])
    if named[3] and named[3] not in api.stages:
        raise not_found("Stage", named[3])
