"""A distributed Map runs an execution for each item, and a child that fails counts, as on AWS."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

MACHINE, ACCOUNT = "stateMachine:machine", "arn:aws:states:eu-central-1:000000000000"
NEGATIVE = {"Variable": "$.number", "NumericLessThan": 0, "Next": "Negative"}
ITEM_STATES = {
    "StartAt": "Judge",
    "States": {
        "Judge": {"Type": "Choice", "Choices": [NEGATIVE], "Default": "Rest"},
        "Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Double"},
        "Double": {"Type": "Pass", "OutputPath": "$.number", "End": True},
        "Negative": {"Type": "Fail", "Error": "NegativeReading", "Cause": "meter 7"},
    },
}


@pytest.fixture(scope="module")
def bucket(emulator: Any) -> str:
    name = f"maps-{uuid.uuid4().hex[:12]}"
    emulator.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return name


def mapped(bucket: str, **settings: Any) -> dict[str, Any]:
    """Returns a definition whose Map reads `items.json`, and writes its results below `results`."""
    state = {
        "Type": "Map",
        "Label": "Numbers",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": bucket, "Key.$": "$.key"},
        },
        "ItemSelector": {
            "number.$": "$$.Map.Item.Value.number",
            "seconds.$": "$$.Map.Item.Value.seconds",
            "index.$": "$$.Map.Item.Index",
            "run.$": "$$.Execution.Id",
        },
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **ITEM_STATES},
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": bucket, "Prefix.$": "$.prefix"},
        },
        "End": True,
    }
    return {"StartAt": "All", "States": {"All": {key: value for key, value in (state | settings).items() if value}}}


@contextmanager
def machine(emulator: Any, definition: dict[str, Any], *statements: dict[str, Any]) -> Iterator[str]:
    client = emulator.client("stepfunctions")
    name = f"machine-{uuid.uuid4().hex[:12]}"
    mine = [{**each, "Resource": each["Resource"].replace("machine", name)} for each in statements]
    with role(emulator, *mine) as role_name:
        arn: str = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=arn_of(role_name))[
            "stateMachineArn"
        ]
        try:
            yield arn
        finally:
            client.delete_state_machine(stateMachineArn=arn)


def start(emulator: Any, bucket: str, arn: str, *numbers: int, seconds: int = 0) -> str:
    items = [{"number": number, "seconds": seconds} for number in numbers]
    key = f"items-{uuid.uuid4().hex}.json"
    emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(items).encode())
    started = emulator.client("stepfunctions").start_execution(
        stateMachineArn=arn, input=json.dumps({"key": key, "prefix": "results"})
    )
    return str(started["executionArn"])


def ended(emulator: Any, execution: str) -> dict[str, Any]:
    client = emulator.client("stepfunctions")

    def description() -> dict[str, Any] | None:
        found: dict[str, Any] = client.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    return wait_until(description, 30, "the execution's end") or {}


def map_run(emulator: Any, execution: str) -> dict[str, Any]:
    client = emulator.client("stepfunctions")
    (listed,) = client.list_map_runs(executionArn=execution)["mapRuns"]
    described: dict[str, Any] = client.describe_map_run(mapRunArn=listed["mapRunArn"])
    return described


def files(emulator: Any, bucket: str, run: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Returns the entries of the result files, by how the executions ended."""
    s3 = emulator.client("s3")
    prefix = f"results/{run['mapRunArn'].rpartition(':')[2]}"

    def read(key: str) -> tuple[Any, int]:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return json.loads(body), len(body)

    manifest, _ = read(f"{prefix}/manifest.json")
    assert manifest["DestinationBucket"] == bucket
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, entries in manifest["ResultFiles"].items():
        found[kind] = []
        for entry in entries:
            content, size = read(entry["Key"])
            assert size == entry["Size"]
            found[kind] += content
    return found


def test_each_item_is_an_execution_with_its_own_history(emulator: Any, bucket: str):
    client = emulator.client("stepfunctions")
    with machine(emulator, mapped(bucket)) as arn:
        execution = start(emulator, bucket, arn, 1, 2, 3)
        description = ended(emulator, execution)
        run = map_run(emulator, execution)
        assert description["status"] == "SUCCEEDED", description
        output = json.loads(description["output"])
        assert output["MapRunArn"] == run["mapRunArn"]
        assert output["ResultWriterDetails"]["Key"].endswith("/manifest.json")
        assert run["status"] == "SUCCEEDED"
        wanted = {"total": 3, "succeeded": 3, "resultsWritten": 3, "failed": 0, "running": 0, "pending": 0}
        assert run["executionCounts"].items() >= wanted.items()
        assert run["itemCounts"].items() >= wanted.items()
        children = client.list_executions(mapRunArn=run["mapRunArn"])["executions"]
        assert len(children) == 3
        for child in children:
            assert child["executionArn"].startswith(f"{arn.replace('stateMachine', 'execution')}/Numbers:")
            described = client.describe_execution(executionArn=child["executionArn"])
            assert described["status"] == "SUCCEEDED"
            assert described["mapRunArn"] == run["mapRunArn"]
            assert json.loads(described["input"])["run"] == execution
            events = client.get_execution_history(executionArn=child["executionArn"])["events"]
            assert [events[0]["type"], events[-1]["type"]] == ["ExecutionStarted", "ExecutionSucceeded"]
        assert [each["executionArn"] for each in client.list_executions(stateMachineArn=arn)["executions"]] == [
            execution
        ]
        entries = files(emulator, bucket, run)
        assert (entries["FAILED"], entries["PENDING"]) == ([], [])
        assert sorted(entry["Output"] for entry in entries["SUCCEEDED"]) == ["1", "2", "3"]
        types = [each["type"] for each in client.get_execution_history(executionArn=execution)["events"]]
        assert types[2:] == [
            "MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited",
            "ExecutionSucceeded",
        ]  # fmt: skip


def test_results_without_files_count_as_written(emulator: Any, bucket: str):
    with machine(emulator, mapped(bucket, ResultWriter=None)) as arn:
        execution = start(emulator, bucket, arn, 1, 2)
        assert ended(emulator, execution)["status"] == "SUCCEEDED"
        run = map_run(emulator, execution)
    assert (run["executionCounts"]["resultsWritten"], run["itemCounts"]["resultsWritten"]) == (2, 2)


def test_an_execution_that_has_just_started_has_no_map_run(emulator: Any, bucket: str):
    client = emulator.client("stepfunctions")
    with machine(emulator, {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}) as arn:
        for _ in range(5):
            execution = start(emulator, bucket, arn)
            assert client.list_map_runs(executionArn=execution)["mapRuns"] == []


def test_a_child_that_fails_fails_the_map_by_awss_name(emulator: Any, bucket: str):
    client = emulator.client("stepfunctions")
    with machine(emulator, mapped(bucket, MaxConcurrency=1)) as arn:
        execution = start(emulator, bucket, arn, 1, -2, 3)
        description = ended(emulator, execution)
        assert description["status"] == "FAILED"
        assert description["error"] == "States.ExceedToleratedFailureThreshold"
        assert description["cause"] == "The specified tolerated failure threshold was exceeded"
        run = map_run(emulator, execution)
        assert run["status"] == "FAILED"
        assert run["executionCounts"].items() >= {"succeeded": 1, "failed": 1, "pending": 1, "total": 3}.items()
        entries = files(emulator, bucket, run)
        (failed,) = entries["FAILED"]
        assert (failed["Error"], failed["Cause"], failed["Status"]) == ("NegativeReading", "meter 7", "FAILED")
        assert len(entries["PENDING"]) == len(entries["SUCCEEDED"]) == 1
        (listed,) = client.list_executions(mapRunArn=run["mapRunArn"], statusFilter="FAILED")["executions"]
        assert listed["executionArn"] == failed["ExecutionArn"]
        events = client.get_execution_history(executionArn=execution)["events"]
        (details,) = [each["mapRunFailedEventDetails"] for each in events if each["type"] == "MapRunFailed"]
        assert details["error"] == description["error"]


def test_the_map_s_error_can_be_caught(emulator: Any, bucket: str):
    catch = [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "ResultPath": "$.failed", "Next": "Caught"}]
    definition = mapped(bucket, Catch=catch)
    definition["States"]["Caught"] = {"Type": "Pass", "End": True}
    with machine(emulator, definition) as arn:
        output = json.loads(ended(emulator, start(emulator, bucket, arn, -1))["output"])
    assert output["failed"]["Error"] == "States.ExceedToleratedFailureThreshold"


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"ToleratedFailureCount": 1}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 50.0}, "SUCCEEDED"),
        ({"ToleratedFailurePercentage": 20.0}, "FAILED"),
        ({"ToleratedFailureCount": 1, "ToleratedFailurePercentage": 20.0}, "FAILED"),
    ],
)
def test_so_many_failures_are_tolerated(emulator: Any, bucket: str, settings: dict[str, float], status: str):
    with machine(emulator, mapped(bucket, **settings)) as arn:
        execution = start(emulator, bucket, arn, 1, 2, 3, -4)
        assert ended(emulator, execution)["status"] == status


def test_children_are_stopped_where_one_fails(emulator: Any, bucket: str):
    with machine(emulator, mapped(bucket)) as arn:
        execution = start(emulator, bucket, arn, 5, 6, -7, seconds=20)
        assert ended(emulator, execution)["status"] == "FAILED"
        counts = map_run(emulator, execution)["executionCounts"]
        assert (counts["aborted"], counts["failed"], counts["running"]) == (2, 1, 0)


def test_children_are_stopped_with_their_parent(emulator: Any, bucket: str):
    client = emulator.client("stepfunctions")
    with machine(emulator, mapped(bucket)) as arn:
        execution = start(emulator, bucket, arn, 1, 2, seconds=60)
        wait_until(
            lambda: client.list_map_runs(executionArn=execution)["mapRuns"]
            and map_run(emulator, execution)["executionCounts"]["running"] == 2,
            30, "both children",
        )  # fmt: skip
        client.stop_execution(executionArn=execution)
        assert ended(emulator, execution)["status"] == "ABORTED"
        run = map_run(emulator, execution)
        assert (run["status"], run["executionCounts"]["aborted"]) == ("ABORTED", 2)


def test_no_more_children_than_allowed_run_at_a_time(emulator: Any, bucket: str):
    client = emulator.client("stepfunctions")
    with machine(emulator, mapped(bucket, MaxConcurrency=2)) as arn:
        execution = start(emulator, bucket, arn, 1, 2, 3, 4, 5, seconds=1)
        ended(emulator, execution)
        run = map_run(emulator, execution)
        times = [
            (each["startDate"], each["stopDate"])
            for each in client.list_executions(mapRunArn=run["mapRunArn"])["executions"]
        ]
        assert len(times) == 5
        assert max(sum(start <= at < stop for start, stop in times) for at, _ in times) == 2


READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
WRITE = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}
START = {"Effect": "Allow", "Action": "states:StartExecution", "Resource": f"{ACCOUNT}:{MACHINE}"}


@pytest.mark.parametrize(
    ("statements", "error", "action"),
    [
        ([READ, WRITE, START], None, ""),
        ([READ, WRITE], "States.Permissions", "states:StartExecution"),
        ([WRITE, START], "States.ItemReaderFailed", "s3:GetObject"),
        ([READ, START], "States.ResultWriterFailed", "s3:PutObject"),
    ],
)
def test_the_role_needs_the_rights_of_the_map(
    emulator: Any, bucket: str, statements: list[dict[str, Any]], error: str | None, action: str
):
    with machine(emulator, mapped(bucket), *statements) as arn:
        description = ended(emulator, start(emulator, bucket, arn, 1, 2))
    assert description.get("error") == error
    assert action in description.get("cause", "")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"ItemBatcher": {"MaxItemsPerBatch": 2}}, "ItemBatcher"),
        ({"ResultWriter": {"WriterConfig": {"OutputType": "JSONL", "Transformation": "NONE"}}}, "WriterConfig"),
        ({"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, **ITEM_STATES}},
         "EXPRESS"),
    ],
)  # fmt: skip
def test_what_is_not_supported_is_refused_by_name(emulator: Any, bucket: str, change: dict[str, Any], named: str):
    with (
        pytest.raises(ClientError, match=named) as caught,
        machine(emulator, mapped(bucket, **change)),
    ):
        pass
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
