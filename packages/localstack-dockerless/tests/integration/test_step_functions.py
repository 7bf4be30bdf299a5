"""A state machine sees a function's errors under their own names, retries, catches, and maps in parallel."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.lambda_functions import Function, function
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

METER = """
import os, pathlib, time

class MeterOffline(Exception):
    pass

class InvalidDate(ValueError):
    pass

def handle(event, context):
    match event["do"]:
        case "offline": raise MeterOffline("meter 7")
        case "invalid": raise InvalidDate("2025-02-30")
        case "sleep": time.sleep(60)
        case "exit": os._exit(1)
        case "third time":
            tries = pathlib.Path(event["directory"])
            (tries / context.aws_request_id).touch()
            if len(list(tries.iterdir())) < 3:
                raise MeterOffline("not yet")
            return "read"
        case "meet":
            here = pathlib.Path(event["directory"])
            (here / str(os.getpid())).touch()
            while len(list(here.iterdir())) < event["guests"]:
                time.sleep(0.01)
            return os.getpid()
"""


@pytest.fixture(scope="module")
def meter(emulator: Any) -> Iterator[Function]:
    with function(emulator, METER, Timeout=10) as made:
        yield made


@pytest.mark.parametrize(
    ("event", "error"),
    [("offline", "MeterOffline"), ("invalid", "InvalidDate"), ("exit", "Runtime.ExitError")],
)
def test_an_error_is_caught_by_its_own_name(emulator: Any, meter: Function, event: str, error: str):
    others = [{"ErrorEquals": ["OtherError"], "ResultPath": "$.wrong", "Next": "Caught"}]
    catch = [*others, {"ErrorEquals": [error], "ResultPath": "$.caught", "Next": "Caught"}]
    states = {"Read": read(meter, {"do": event}, Catch=catch), "Caught": {"Type": "Pass", "End": True}}
    output = run(emulator, {"StartAt": "Read", "States": states})
    assert output["caught"]["Error"] == error
    assert json.loads(output["caught"]["Cause"])["errorType"] == error


def test_a_timeout_is_caught_by_its_own_name(emulator: Any):
    with function(emulator, METER, Timeout=1) as impatient:
        catch = [{"ErrorEquals": ["Sandbox.Timedout"], "Next": "Caught"}]
        states = {"Read": read(impatient, {"do": "sleep"}, Catch=catch), "Caught": {"Type": "Pass", "End": True}}
        assert run(emulator, {"StartAt": "Read", "States": states})["Error"] == "Sandbox.Timedout"


def test_an_error_is_retried_by_its_own_name(emulator: Any, meter: Function, tmp_path: Path):
    retry = [{"ErrorEquals": ["MeterOffline"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 3}]
    state = read(meter, {"do": "third time", "directory": str(tmp_path)}, Retry=retry, End=True)
    assert run(emulator, {"StartAt": "Read", "States": {"Read": state}}) == "read"
    assert len(list(tmp_path.iterdir())) == 3


def test_an_error_of_another_name_is_not_retried(emulator: Any, meter: Function, tmp_path: Path):
    retry = [{"ErrorEquals": ["InvalidDate"], "IntervalSeconds": 1, "MaxAttempts": 3}]
    state = read(meter, {"do": "third time", "directory": str(tmp_path)}, Retry=retry, End=True)
    with pytest.raises(AssertionError, match="MeterOffline"):
        run(emulator, {"StartAt": "Read", "States": {"Read": state}})
    assert len(list(tmp_path.iterdir())) == 1


def test_a_map_runs_its_items_at_the_same_time(emulator: Any, meter: Function, tmp_path: Path):
    """The 3 items wait for each other: they end only if all run at once, each in its own environment."""
    item = read(meter, {"do": "meet", "directory": str(tmp_path), "guests": 3}, End=True)
    mapped = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrency": 3,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "Read",
            "States": {"Read": item},
        },
        "End": True,
    }
    output = run(emulator, {"StartAt": "All", "States": {"All": mapped}}, {"items": [1, 2, 3]})
    assert len(set(output)) == 3


def test_an_execution_stopped_in_the_middle_of_a_map_is_aborted(emulator: Any):
    client = emulator.client("stepfunctions")
    wait = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 30, "End": True}}}
    mapped = {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **wait}, "End": True}
    with state_machine(emulator, {"StartAt": "All", "States": {"All": mapped}}) as arn:
        execution = client.start_execution(stateMachineArn=arn, input="[1, 2]")["executionArn"]

        def is_in_the_map() -> bool:
            events = client.get_execution_history(executionArn=execution)["events"]
            return bool(sum(event["type"] == "WaitStateEntered" for event in events) == 2)

        wait_until(is_in_the_map, 30, "both items in the Map")
        client.stop_execution(executionArn=execution)

        def status() -> str:
            found: str = client.describe_execution(executionArn=execution)["status"]
            return found if found != "RUNNING" else ""

        assert wait_until(status, 30, "the execution's end") == "ABORTED"


def test_a_state_machine_with_a_short_name_assumes_its_role(emulator: Any, meter: Function):
    """A name has at least 1 character, and the session of a role at least 2."""
    definition = {"StartAt": "Read", "States": {"Read": read(meter, {"do": "read"}, End=True)}}
    assert run(emulator, definition, name="m") is None


def test_a_variable_is_read_whole_and_by_a_path(emulator: Any):
    text = 'say "hi" \\ to {}'
    assigned = {"Type": "Pass", "Assign": {"meter": {"days": [{"kwh": 7}]}, "text": text}, "Next": "Read"}
    taken = {"meter.$": "$meter", "kwh.$": "$meter.days[0].kwh", "said.$": "States.Format($text, $meter.days[0].kwh)"}
    states = {"Keep": assigned, "Read": {"Type": "Pass", "Parameters": taken, "End": True}}
    output = run(emulator, {"StartAt": "Keep", "States": states})
    assert output == {"meter": {"days": [{"kwh": 7}]}, "kwh": 7, "said": 'say "hi" \\ to 7'}


def test_a_path_that_finds_nothing_in_a_variable_fails_the_execution(emulator: Any):
    states = {
        "Keep": {"Type": "Pass", "Assign": {"meter": {}}, "Next": "Read"},
        "Read": {"Type": "Pass", "InputPath": "$meter.days", "End": True},
    }
    with pytest.raises(AssertionError, match="FAILED: States"):
        run(emulator, {"StartAt": "Keep", "States": states})


def test_a_tested_state_may_have_a_context_without_a_state_machine(emulator: Any):
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}}
    tested = emulator.client("stepfunctions", inject_host_prefix=False).test_state(
        definition=json.dumps({**state, "ResultPath": "$.read", "End": True}),
        input="{}",
        context=json.dumps({"Execution": {}, "State": {}, "StateMachine": {}}),
        mock={"result": json.dumps({"kwh": 7})},
    )
    assert (tested["status"], json.loads(tested["output"])) == ("SUCCEEDED", {"read": {"kwh": 7}})


def read(meter: Function, payload: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """Returns a task state that invokes the function. Without `End` the next state is `Caught`."""
    following = {} if "End" in settings else {"Next": "Caught"}
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": meter.name, "Payload": payload},
        "OutputPath": "$.Payload" if "End" in settings else "$",
        **following,
        **settings,
    }


def run(emulator: Any, definition: dict[str, Any], value: Any = None, name: str = "") -> Any:
    """Returns the output of one execution. Raises `AssertionError` with the error's name if it fails."""
    client = emulator.client("stepfunctions")
    with state_machine(emulator, definition, name) as arn:
        execution = client.start_execution(stateMachineArn=arn, input=json.dumps(value or {}))["executionArn"]

        def ended() -> dict[str, Any] | None:
            description: dict[str, Any] = client.describe_execution(executionArn=execution)
            return description if description["status"] != "RUNNING" else None

        description = wait_until(ended, 30, "the execution's end") or {}
        if description["status"] != "SUCCEEDED":
            raise AssertionError(f"{description['status']}: {description.get('error')}")
        return json.loads(description["output"])


@contextmanager
def state_machine(emulator: Any, definition: dict[str, Any], name: str = "") -> Iterator[str]:
    client = emulator.client("stepfunctions")
    with role(emulator) as role_name:
        arn: str = client.create_state_machine(
            name=name or f"machine-{uuid.uuid4().hex[:12]}",
            definition=json.dumps(definition),
            roleArn=arn_of(role_name),
        )["stateMachineArn"]
        try:
            yield arn
        finally:
            client.delete_state_machine(stateMachineArn=arn)
