"""Versions stay as they are, aliases move between them, and a run keeps the versions that it began with."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import queue
from dockerless_testing.gateways import ACCOUNT, Gateway
from dockerless_testing.lambda_functions import Function, function, package
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

SOURCE = """
import os, pathlib, time

def handle(event, context):
    print("ran as", os.environ["AWS_LAMBDA_FUNCTION_VERSION"])
    if isinstance(event, dict) and "wait_for" in event:
        pathlib.Path(event["started"]).touch()
        while not pathlib.Path(event["wait_for"]).exists():
            time.sleep(0.01)
    return {"isAuthorized": True, "version": context.function_version, "invoked": context.invoked_function_arn}
"""


@pytest.fixture
def made(emulator: Emulator) -> Iterator[Function]:
    """Returns a function with the versions 1 and 2, and the alias `live` on version 1."""
    with function(emulator, SOURCE) as found:
        publish(found)
        emulator.client("lambda").create_alias(FunctionName=found.name, Name="live", FunctionVersion="1")
        update_code(found, SOURCE + "# 2")
        publish(found)
        yield found


def publish(made: Function) -> str:
    return str(made.emulator.client("lambda").publish_version(FunctionName=made.name)["Version"])


def update_code(made: Function, source: str) -> None:
    client = made.emulator.client("lambda")
    client.update_function_code(FunctionName=made.name, ZipFile=zipped(source))
    client.get_waiter("function_updated_v2").wait(FunctionName=made.name, WaiterConfig={"Delay": 1})


@cache
def zipped(source: str) -> bytes:
    """Returns the same zip for the same source. A zip has the time at which it was made."""
    return package({"app.py": source})


def move(made: Function, **changes: Any) -> None:
    made.emulator.client("lambda").update_alias(FunctionName=made.name, Name="live", **changes)


def test_an_alias_moves_from_version_to_version(made: Function) -> None:
    first = made.invoke(Qualifier="live").payload
    assert (first["version"], first["invoked"].rpartition(":")[2]) == ("1", "live")
    move(made, FunctionVersion="2")
    assert made.invoke(Qualifier="live").payload["version"] == "2"
    assert made.invoke(Qualifier="1").payload["version"] == "1"
    made.wait_for_log("ran as 2")
    streams = {stream.partition("[")[2].partition("]")[0] for stream, _ in made.log_events()}
    assert streams == {"1", "2"}


def test_the_configuration_of_an_alias_is_its_versions(made: Function) -> None:
    client = made.emulator.client("lambda")
    arn = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}"
    for asked in ({"FunctionName": made.name, "Qualifier": "live"}, {"FunctionName": f"{arn}:live"}):
        found = client.get_function_configuration(**asked)
        assert (found["FunctionArn"], found["Version"]) == (f"{arn}:live", "1")
    move(made, FunctionVersion="2")
    assert client.get_function_configuration(FunctionName=made.name, Qualifier="live")["Version"] == "2"
    assert client.get_function_configuration(FunctionName=made.name, Qualifier="1")["FunctionArn"] == f"{arn}:1"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_configuration(FunctionName=made.name, Qualifier="nobody")


def test_an_update_that_changes_nothing_publishes_no_version(made: Function) -> None:
    client = made.emulator.client("lambda")
    update_code(made, SOURCE + "# 2")
    assert publish(made) == "2"
    client.update_function_configuration(FunctionName=made.name, MemorySize=256)
    client.get_waiter("function_updated_v2").wait(FunctionName=made.name, WaiterConfig={"Delay": 1})
    assert publish(made) == "2"
    client.update_function_configuration(FunctionName=made.name, MemorySize=257)
    client.get_waiter("function_updated_v2").wait(FunctionName=made.name, WaiterConfig={"Delay": 1})
    assert publish(made) == "3"
    update_code(made, SOURCE)
    assert publish(made) == "4"


def test_an_alias_moves_to_no_version_that_does_not_exist(made: Function) -> None:
    with pytest.raises(ClientError, match=rf"Function not found: .*{made.name}:99") as refused:
        move(made, FunctionVersion="99")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert made.invoke(Qualifier="live").payload["version"] == "1"


def test_an_alias_with_weights_shares_its_invocations_between_2_versions(made: Function) -> None:
    move(made, RoutingConfig={"AdditionalVersionWeights": {"2": 0.5}})
    versions = {made.invoke(Qualifier="live").payload["version"] for _ in range(40)}
    assert versions == {"1", "2"}  # one of them is missing in 1 of 5 * 10^11 runs of this test
    move(made, RoutingConfig={"AdditionalVersionWeights": {}})
    assert {made.invoke(Qualifier="live").payload["version"] for _ in range(10)} == {"1"}


@pytest.mark.parametrize("weights", [{"99": 0.5}, {"1": 0.5}, {"2": 1.5}])
def test_weights_that_cannot_be_are_refused(made: Function, weights: dict[str, float]) -> None:
    with pytest.raises(ClientError) as refused:
        move(made, RoutingConfig={"AdditionalVersionWeights": weights})
    assert 400 <= refused.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500


def test_a_queue_invokes_the_alias_that_its_mapping_names(emulator: Emulator, made: Function) -> None:
    client = emulator.client("lambda")
    with queue(emulator) as source:
        alias = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}:live"
        mapping = client.create_event_source_mapping(EventSourceArn=source.arn, FunctionName=alias)
        try:
            source.sqs.send_message(QueueUrl=source.url, MessageBody="1")
            made.wait_for_log("ran as 1")
            move(made, FunctionVersion="2")
            source.sqs.send_message(QueueUrl=source.url, MessageBody="2")
            made.wait_for_log("ran as 2")
        finally:
            client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_the_gateway_invokes_an_alias_only_with_the_aliass_own_permission(gateway: Gateway, made: Function) -> None:
    alias = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}:live"
    authorizer = gateway.aws.create_authorizer(
        ApiId=gateway.id,
        Name="authorizer",
        AuthorizerType="REQUEST",
        AuthorizerUri=f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{alias}/invocations",
        AuthorizerPayloadFormatVersion="2.0",
        EnableSimpleResponses=True,
        IdentitySource=["$request.header.x-api-key"],
        AuthorizerResultTtlInSeconds=0,
    )["AuthorizerId"]
    gateway.route("GET /things/{id}", gateway.integration(), AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    headers = [("X-Api-Key", "any")]
    permit(gateway, made, authorizer)  # of the function without a version
    assert gateway.call("/things/7", headers=headers).status == 500
    permit(gateway, made, authorizer, Qualifier="live")
    assert gateway.call("/things/7", headers=headers).status == 200


def permit(gateway: Gateway, made: Function, authorizer: str, **more: str) -> None:
    made.emulator.client("lambda").add_permission(
        FunctionName=made.name,
        StatementId="Gateway",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{gateway.id}/authorizers/{authorizer}",
        **more,
    )


def test_an_execution_keeps_its_versions_when_its_state_machine_is_updated(
    emulator: Emulator, made: Function, tmp_path: Path
) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html"""
    client = emulator.client("stepfunctions")
    waiting = {"started": str(tmp_path / "started"), "wait_for": str(tmp_path / "go")}
    with role(emulator) as name:
        machine = client.create_state_machine(
            name=made.name, roleArn=arn_of(name), definition=definition(made, "1", waiting)
        )["stateMachineArn"]
        try:
            under_way = client.start_execution(stateMachineArn=machine)["executionArn"]
            wait_until((tmp_path / "started").exists, 30, "the first step")
            client.update_state_machine(stateMachineArn=machine, definition=definition(made, "2", waiting))
            later = client.start_execution(stateMachineArn=machine)["executionArn"]
            described = client.describe_state_machine_for_execution(executionArn=under_way)
            assert json.loads(described["definition"]) == json.loads(definition(made, "1", waiting))
            (tmp_path / "go").touch()
            assert output(client, under_way) == ["1", "1", "1"]
            assert output(client, later) == ["2", "2", "2"]
        finally:
            client.delete_state_machine(stateMachineArn=machine)


def definition(made: Function, version: str, waiting: dict[str, str]) -> str:
    """Returns a machine that invokes the version, waits in it, and invokes it twice in a distributed Map."""
    arn = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}:{version}"
    invoke = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}
    first = {**invoke, "Parameters": {"FunctionName": arn, "Payload": waiting}, "ResultPath": "$.first"}
    item = {**invoke, "Parameters": {"FunctionName": arn}, "OutputPath": "$.ExecutedVersion", "End": True}
    mapped = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Each",
            "States": {"Each": item},
        },
        "ResultPath": "$.mapped",
        "Next": "All",
    }
    states = {
        "Items": {"Type": "Pass", "Result": [1, 2], "ResultPath": "$.items", "Next": "First"},
        "First": {**first, "Next": "Mapped"},
        "Mapped": mapped,
        "All": {
            "Type": "Pass",
            "Parameters": {"all.$": "States.Array($.first.ExecutedVersion, $.mapped[0], $.mapped[1])"},
            "OutputPath": "$.all",
            "End": True,
        },
    }
    return json.dumps({"StartAt": "Items", "States": states})


def output(client: Any, execution: str) -> list[str]:
    def ended() -> dict[str, Any]:
        found = client.describe_execution(executionArn=execution)
        return {} if found["status"] == "RUNNING" else dict(found)

    described = wait_until(ended, 60, "the execution's end")
    assert described["status"] == "SUCCEEDED", described
    return list(json.loads(described["output"]))
