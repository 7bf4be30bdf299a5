"""Provides the operations on whole APIs: their settings, their import, and their export.

Sources:
https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
"""

import json
from typing import Any

import yaml
from localstack import config
from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.apigatewayv2.models import Api

from localstack_dockerless.services.apigatewayv2 import rules
from localstack_dockerless.services.apigatewayv2.changes import after_change, api_of, backend_of, checked
from localstack_dockerless.services.apigatewayv2.domains import refuse_mapped
from localstack_dockerless.services.apigatewayv2.execute_api import moto_configuration
from localstack_dockerless.services.apigatewayv2.execute_api.addresses import BASE
from localstack_dockerless.services.apigatewayv2.imports import (
    check_import,
    quick_create,
    replace_parts,
    target_integration,
)
from localstack_dockerless.services.apigatewayv2.integration_rules import check_integration
from localstack_dockerless.services.apigatewayv2.openapi import read_openapi
from localstack_dockerless.services.apigatewayv2.openapi_export import definition, without_extensions
from localstack_dockerless.services.apigatewayv2.shapes import (
    api_shape,
    authorizer_shape,
    integration_shape,
    route_shape,
)
from localstack_dockerless.services.apigatewayv2.stages import StageOperations

Request = dict[str, Any]


def api_endpoint(api_id: str) -> str:
    """Returns the address of the API. It needs no DNS unless LOCALSTACK_HOST names another host."""
    host = config.LOCALSTACK_HOST
    name = "127.0.0.1" if host.host == "localhost.localstack.cloud" else host.host
    return f"http://{name}:{host.port}{BASE}{api_id}"


class ApiOperations:
    """Has the operations on whole APIs that are checked, or that moto does not answer."""

    @handler("CreateApi", expand=False)
    def create_api(self, context: RequestContext, request: Request) -> Any:
        checked(rules.check_api, request)
        if request.get("Target"):
            checked(check_integration, target_integration(request), set())
        api = backend_of(context).apis[call_moto(context)["ApiId"]]
        api.api_endpoint = api_endpoint(api.api_id)
        if request.get("Target"):
            quick_create(api, request)
            StageOperations.create_default_stage(api)
        moto_configuration.changed()
        return api_shape(api)

    @handler("UpdateApi", expand=False)
    def update_api(self, context: RequestContext, request: Request) -> Any:
        checked(rules.check_api, request)
        checked(rules.refuse, request, "UpdateApi", "Target", "RouteKey", "CredentialsArn")
        answer = call_moto(context)
        moto_configuration.changed()
        return answer

    @handler("DeleteApi", expand=False)
    def delete_api(self, context: RequestContext, request: Request) -> Any:
        refuse_mapped(backend_of(context), request["ApiId"])
        answer = call_moto(context)
        StageOperations.forget_deployments(request["ApiId"])
        moto_configuration.changed()
        return answer

    @handler("DeleteCorsConfiguration", expand=False)
    def delete_cors_configuration(self, context: RequestContext, request: Request) -> None:
        api_of(context, request).delete_cors_configuration()
        moto_configuration.changed()

    @handler("ImportApi", expand=False)
    def import_api(self, context: RequestContext, request: Request) -> Any:
        backend = backend_of(context)
        imported = checked(read_openapi, request["Body"])
        checked(check_import, imported, set(backend.vpc_links))
        api = Api(
            region=context.region,
            name=imported.settings.get("Name") or "",
            api_key_selection_expression="",
            cors_configuration=None,
            description=None,
            disable_execute_api_endpoint=False,
            disable_schema_validation=None,
            protocol_type="HTTP",
            route_selection_expression="",
            tags={},
            version=None,
            backend=backend,
        )
        api.api_endpoint = api_endpoint(api.api_id)
        replace_parts(api, imported)
        backend.apis[api.api_id] = api
        moto_configuration.changed()
        return api_shape(api)

    @handler("ReimportApi", expand=False)
    def reimport_api(self, context: RequestContext, request: Request) -> Any:
        api = api_of(context, request)
        imported = checked(read_openapi, request["Body"])
        checked(check_import, imported, set(backend_of(context).vpc_links))
        replace_parts(api, imported)
        after_change(context, api.api_id)
        return api_shape(api)

    @handler("ExportApi", expand=False)
    def export_api(self, context: RequestContext, request: Request) -> Any:
        checked(_check_export, api_of(context, request), request)
        api = api_of(context, request)
        made = definition(
            api_shape(api),
            [route_shape(route) for route in api.routes.values()],
            [integration_shape(integration) for integration in api.integrations.values()],
            [authorizer_shape(authorizer) for authorizer in api.authorizers.values()],
        )
        if request.get("IncludeExtensions") is False:
            made = without_extensions(made)
        text = yaml.safe_dump(made, sort_keys=False) if request["OutputType"] == "YAML" else json.dumps(made, indent=2)
        return {"body": text.encode()}


def _check_export(api: Api, request: Request) -> None:
    if request["Specification"] != "OAS30":
        raise rules.BadRequestError(f"Invalid specification {request['Specification']}: an HTTP API has OAS30")
    if request["OutputType"] not in ("JSON", "YAML"):
        raise rules.BadRequestError(f"Invalid output type {request['OutputType']}: JSON or YAML")
    name = request.get("StageName")
    if name and name not in api.stages:
        raise rules.BadRequestError(f"Invalid stage identifier specified {name}")
    if name and not api.stages[name].auto_deploy:
        raise rules.BadRequestError("The emulator does not support ExportApi of a stage without automatic deployment")
