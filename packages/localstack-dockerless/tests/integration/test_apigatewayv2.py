"""The control plane of HTTP APIs returns every setting, and refuses an unsupported one by name."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from dockerless_testing.gateways import ACCOUNT, Balancer, Gateway, log_group

FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:f"
URI = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
AUTHORIZER = {
    "Name": "a",
    "AuthorizerType": "REQUEST",
    "AuthorizerUri": URI,
    "AuthorizerPayloadFormatVersion": "2.0",
    "EnableSimpleResponses": True,
    "IdentitySource": ["$request.header.x-api-key", "$context.path"],
    "AuthorizerResultTtlInSeconds": 60,
}


@pytest.fixture(scope="module")
def gateway(emulator: Any) -> Iterator[Gateway]:
    with ExitStack() as stack:
        yield Gateway(Balancer(emulator, stack), stack)


def test_the_endpoint_is_an_address_of_this_machine(gateway: Gateway, emulator: Any) -> None:
    assert gateway.url == f"http://127.0.0.1:{urlsplit(emulator.url).port}/_aws/execute-api/{gateway.id}"
    assert gateway.aws.get_api(ApiId=gateway.id)["ApiEndpoint"] == gateway.url
    assert gateway.url in [api["ApiEndpoint"] for api in gateway.aws.get_apis()["Items"]]


def test_a_vpc_link_is_available(gateway: Gateway) -> None:
    found = gateway.aws.get_vpc_link(VpcLinkId=gateway.link)
    assert found["VpcLinkStatus"] == "AVAILABLE"
    assert found["SubnetIds"] == gateway.balancer.subnets


def test_an_authorizer_comes_back(gateway: Gateway) -> None:
    made = gateway.aws.create_authorizer(ApiId=gateway.id, **AUTHORIZER)
    found = gateway.aws.get_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"])
    assert AUTHORIZER.items() <= found.items()
    assert made["AuthorizerId"] in [
        item["AuthorizerId"] for item in gateway.aws.get_authorizers(ApiId=gateway.id)["Items"]
    ]
    gateway.aws.update_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"], AuthorizerResultTtlInSeconds=0)
    found = gateway.aws.get_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"])
    assert found["AuthorizerResultTtlInSeconds"] == 0


def test_an_integration_comes_back(gateway: Gateway) -> None:
    parameters = {"overwrite:header.x-a": "$context.requestId", "remove:header.x-b": "''"}
    made = gateway.integration(RequestParameters=parameters, TimeoutInMillis=1000, Description="d")
    found = gateway.aws.get_integration(ApiId=gateway.id, IntegrationId=made)
    assert found["RequestParameters"] == parameters
    assert (found["TimeoutInMillis"], found["Description"]) == (1000, "d")
    gateway.aws.update_integration(
        ApiId=gateway.id, IntegrationId=made, RequestParameters={"remove:header.x-b": "", "append:header.x-c": "1"}
    )
    found = gateway.aws.get_integration(ApiId=gateway.id, IntegrationId=made)
    assert found["RequestParameters"] == {"overwrite:header.x-a": "$context.requestId", "append:header.x-c": "1"}


def test_a_stage_comes_back_as_it_was_written(gateway: Gateway, emulator: Any) -> None:
    with ExitStack() as stack:
        _, arn, _ = log_group(emulator, stack)
        written = {
            "AccessLogSettings": {"DestinationArn": arn, "Format": "$context.requestId"},
            "DefaultRouteSettings": {
                "DetailedMetricsEnabled": True,
                "ThrottlingBurstLimit": 5,
                "ThrottlingRateLimit": 2.5,
            },
            "RouteSettings": {"GET /x": {"ThrottlingBurstLimit": 1}},
            "StageVariables": {"a": "b"},
            "Description": "d",
            "AutoDeploy": True,
        }
        made = gateway.aws.create_stage(ApiId=gateway.id, StageName="full", Tags={"t": "1"}, **written)
        found = gateway.aws.get_stage(ApiId=gateway.id, StageName="full")
        assert written.items() <= found.items()
        assert found["Tags"] == {"t": "1"}
        assert found["DeploymentId"] == made["DeploymentId"]
        arn = f"arn:aws:apigateway:eu-central-1::/apis/{gateway.id}/stages/full"
        gateway.aws.tag_resource(ResourceArn=arn, Tags={"u": "2"})
        gateway.aws.untag_resource(ResourceArn=arn, TagKeys=["t"])
        assert gateway.aws.get_stage(ApiId=gateway.id, StageName="full")["Tags"] == {"u": "2"}
        assert gateway.aws.get_tags(ResourceArn=arn)["Tags"] == {"u": "2"}
        gateway.aws.delete_stage(ApiId=gateway.id, StageName="full")


def test_automatic_deployments_are_deployments(gateway: Gateway) -> None:
    before = gateway.aws.get_stage(ApiId=gateway.id, StageName="$default")["DeploymentId"]
    gateway.route("GET /deployed")
    after = gateway.aws.get_stage(ApiId=gateway.id, StageName="$default")["DeploymentId"]
    assert after != before
    found = gateway.aws.get_deployment(ApiId=gateway.id, DeploymentId=after)
    assert (found["AutoDeployed"], found["DeploymentStatus"]) == (True, "DEPLOYED")
    with pytest.raises(ClientError, match="Active stages"):
        gateway.aws.delete_deployment(ApiId=gateway.id, DeploymentId=after)


def test_a_route_key_is_taken_once(gateway: Gateway) -> None:
    gateway.route("GET /once")
    with pytest.raises(ClientError, match="already exists"):
        gateway.route("GET /once")


def test_what_a_route_uses_is_not_deleted(gateway: Gateway) -> None:
    integration = gateway.integration()
    made = gateway.aws.create_authorizer(ApiId=gateway.id, **AUTHORIZER)["AuthorizerId"]
    route = gateway.route("GET /used", integration, AuthorizationType="CUSTOM", AuthorizerId=made)
    with pytest.raises(ClientError, match="ConflictException"):
        gateway.aws.delete_integration(ApiId=gateway.id, IntegrationId=integration)
    with pytest.raises(ClientError, match="ConflictException"):
        gateway.aws.delete_authorizer(ApiId=gateway.id, AuthorizerId=made)
    gateway.aws.delete_route(ApiId=gateway.id, RouteId=route)
    gateway.aws.delete_integration(ApiId=gateway.id, IntegrationId=integration)
    gateway.aws.delete_authorizer(ApiId=gateway.id, AuthorizerId=made)


@pytest.mark.parametrize(
    ("operation", "request_", "named"),
    [
        ("create_api", {"Name": "x", "ProtocolType": "WEBSOCKET"}, "WEBSOCKET"),
        ("import_api", {"Body": "{}"}, "OpenAPI 3.0"),
    ],
)
def test_what_is_not_supported_is_named(gateway: Gateway, operation: str, request_: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match=named):
        getattr(gateway.aws, operation)(**request_)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"IntegrationType": "AWS_PROXY", "IntegrationUri": FUNCTION}, "AWS_PROXY with ConnectionType VPC_LINK"),
        ({"RequestParameters": {"append:header.authorization": "x"}}, "authorization are restricted"),
        ({"ConnectionId": "nolink"}, "nolink"),
    ],
)
def test_integrations_that_are_not_supported(gateway: Gateway, changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ClientError, match=named):
        gateway.integration(**changes)


def test_an_api_is_imported_and_imported_again(gateway: Gateway) -> None:
    definition = {
        "openapi": "3.0.1",
        "info": {"title": "pets", "version": "1"},
        "paths": {
            "/pets": {
                "get": {
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "uri": URI,
                        "httpMethod": "POST",
                        "payloadFormatVersion": "2.0",
                    }
                }
            }
        },
    }
    made = gateway.aws.import_api(Body=json.dumps(definition))
    api = made["ApiId"]
    assert (made["Name"], made["Version"], made["ProtocolType"]) == ("pets", "1", "HTTP")
    (route,) = gateway.aws.get_routes(ApiId=api)["Items"]
    (integration,) = gateway.aws.get_integrations(ApiId=api)["Items"]
    assert (route["RouteKey"], route["Target"]) == ("GET /pets", f"integrations/{integration['IntegrationId']}")
    assert (integration["IntegrationUri"], integration["PayloadFormatVersion"]) == (URI, "2.0")
    definition["paths"] = {"/cats": definition["paths"]["/pets"]}  # type: ignore[index]
    gateway.aws.reimport_api(ApiId=api, Body=json.dumps(definition))
    assert [route["RouteKey"] for route in gateway.aws.get_routes(ApiId=api)["Items"]] == ["GET /cats"]
    assert len(gateway.aws.get_integrations(ApiId=api)["Items"]) == 1
    exported = gateway.aws.export_api(ApiId=api, Specification="OAS30", OutputType="JSON")["body"].read()
    assert json.loads(exported)["paths"]["/cats"]["get"]["x-amazon-apigateway-integration"]["uri"] == URI
    changed = json.dumps(definition).replace("aws_proxy", "mock")
    with pytest.raises(ClientError, match="MOCK"):
        gateway.aws.reimport_api(ApiId=api, Body=changed)
    assert len(gateway.aws.get_routes(ApiId=api)["Items"]) == 1
    gateway.aws.delete_api(ApiId=api)


def _required(operation: str) -> list[str]:
    shape = MODEL.operation_model(operation).input_shape
    return list(shape.required_members) if shape else []


MODEL = botocore.session.get_session().get_service_model("apigatewayv2")
OF_AN_API = [name for name in MODEL.operation_names if "ApiId" in _required(name)]
OF_ITS_CHILD = [
    (name, member)
    for name in OF_AN_API
    for member in ("AuthorizerId", "DeploymentId", "IntegrationId", "ModelId", "RouteId", "StageName")
    if member in _required(name) and (name, member) != ("CreateStage", "StageName")
]


def _request(operation: str, **known: str) -> dict[str, Any]:
    """Returns the operation's required parameters. Parameters outside `known` name no existing object."""
    shapes: Any = MODEL.operation_model(operation).input_shape
    made: dict[str, Any] = {}
    for member in _required(operation):
        kind = shapes.members[member].type_name
        made[member] = known.get(member) or {"list": ["a"], "map": {}, "structure": {}, "blob": b"{}"}.get(
            kind, "nosuch"
        )
    choices = {
        "IntegrationType": "HTTP_PROXY",
        "AuthorizerType": "REQUEST",
        "OutputType": "JSON",
        "Specification": "OAS30",
    }
    return made | {member: value for member, value in choices.items() if member in made}


def _refusal(gateway: Gateway, operation: str, request: dict[str, Any]) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as refused:
        getattr(gateway.aws, xform_name(operation))(**request)
    answer = refused.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"], answer["Error"]["Message"]


@pytest.mark.parametrize("operation", OF_AN_API)
def test_an_unknown_api_is_not_found(gateway: Gateway, operation: str) -> None:
    found = _refusal(gateway, operation, _request(operation, ApiId="nosuchapi"))
    assert found == (404, "NotFoundException", f"Invalid API identifier specified {ACCOUNT}:nosuchapi")


@pytest.mark.parametrize(("operation", "member"), OF_ITS_CHILD)
def test_an_unknown_part_of_an_api_is_not_found(gateway: Gateway, operation: str, member: str) -> None:
    status, code, message = _refusal(gateway, operation, _request(operation, ApiId=gateway.id))
    assert (status, code) == (404, "NotFoundException")
    assert message.startswith("Invalid ")


@pytest.mark.parametrize("operation", ["GetVpcLink", "UpdateVpcLink", "DeleteVpcLink"])
def test_an_unknown_vpc_link_is_not_found(gateway: Gateway, operation: str) -> None:
    found = _refusal(gateway, operation, _request(operation))
    assert found == (404, "NotFoundException", "Invalid VpcLink identifier specified nosuch")


@pytest.mark.parametrize("operation", ["GetTags", "TagResource", "UntagResource"])
@pytest.mark.parametrize("resource", ["apis/nosuch", "vpclinks/nosuch", "apis/{id}/stages/nosuch"])
def test_tags_of_nothing_are_not_found(gateway: Gateway, operation: str, resource: str) -> None:
    arn = f"arn:aws:apigateway:eu-central-1::/{resource.format(id=gateway.id)}"
    assert _refusal(gateway, operation, _request(operation, ResourceArn=arn))[:2] == (404, "NotFoundException")


def test_what_is_not_said_has_the_services_default(gateway: Gateway) -> None:
    needed = {name: value for name, value in AUTHORIZER.items() if name != "AuthorizerResultTtlInSeconds"}
    made = gateway.aws.create_authorizer(ApiId=gateway.id, **needed)
    found = gateway.aws.get_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"])
    assert made["AuthorizerResultTtlInSeconds"] == found["AuthorizerResultTtlInSeconds"] == 300
    gateway.aws.update_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"], Name="b")
    found = gateway.aws.get_authorizer(ApiId=gateway.id, AuthorizerId=made["AuthorizerId"])
    assert (found["Name"], found["AuthorizerResultTtlInSeconds"]) == ("b", 300)
    made = gateway.aws.create_authorizer(ApiId=gateway.id, **{**needed, "IdentitySource": []})
    assert made["AuthorizerResultTtlInSeconds"] == 0
    integration = gateway.aws.get_integration(ApiId=gateway.id, IntegrationId=gateway.integration())
    assert (integration["TimeoutInMillis"], integration["PayloadFormatVersion"]) == (30_000, "1.0")
    api = gateway.aws.get_api(ApiId=gateway.id)
    assert api["RouteSelectionExpression"] == "$request.method $request.path"
    assert (api["DisableExecuteApiEndpoint"], api["ApiKeySelectionExpression"]) == (False, "$request.header.x-api-key")
    stage = gateway.aws.create_stage(ApiId=gateway.id, StageName="plain")
    assert stage["AutoDeploy"] is False
    gateway.aws.delete_stage(ApiId=gateway.id, StageName="plain")
