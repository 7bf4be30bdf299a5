"""A viewer looks at everything and changes nothing. An operator starts runs and keeps alarms too."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from domain.alarms import Alarm, Change, Move, State
from local.observe.running import RunningStack
from operations.alarms import AlarmDesk, Wanted
from operations.console.data.athena import Athena
from operations.query_run import run, saved_queries
from tests.e2e.customers import Customers
from tests.e2e.iam import Iam
from tests.e2e.pipeline import Pipeline

Clients = Callable[[str], Any]


@pytest.fixture(scope="module")
def iam(stack: RunningStack) -> Iam:
    return Iam(stack)


@pytest.fixture(scope="module")
def viewer(stack: RunningStack, iam: Iam) -> Iterator[Clients]:
    with iam.person(stack.outputs["viewer_policy_arn"]) as clients:
        yield clients


@pytest.fixture(scope="module")
def operator(stack: RunningStack, iam: Iam) -> Iterator[Clients]:
    with iam.person(stack.outputs["operator_policy_arn"]) as clients:
        yield clients


@pytest.fixture(scope="module")
def silent(pipeline: Pipeline, customers: Customers, own_day: Callable[[], date]) -> tuple[date, str]:
    """A day that has run, and a metering point that sent nothing on it."""
    customer, day = customers.create(), own_day()
    pipeline.run_day(day)
    return day, customer.number


def queries_of(stack: RunningStack, clients: Clients) -> Athena:
    outputs = stack.outputs
    return Athena(clients("athena"), clients("glue"), outputs["athena_workgroup"], outputs["glue_database"])


def desk_of(stack: RunningStack, clients: Clients) -> AlarmDesk:
    outputs = stack.outputs
    return AlarmDesk(clients("dynamodb"), clients("sqs"), outputs["alarms_table"], outputs["alarm_queue_url"])


def silent_alarms(desk: AlarmDesk, state: str, silent: tuple[date, str]) -> list[Alarm]:
    """Returns the alarms of the silent day. A run of another day can raise one too."""
    day, number = silent
    return list(desk.alarms(Wanted(state, number, day)))


def acknowledged(desk: AlarmDesk, silent: tuple[date, str]) -> Alarm:
    (alarm,) = silent_alarms(desk, "open", silent)
    return desk.change(alarm, Move.ACKNOWLEDGE, Change(datetime.now(UTC), by="Ana", reason="seen"))


def assert_denied(call: Callable[[], Any]) -> None:
    with pytest.raises(ClientError) as caught:
        call()
    assert caught.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError")


@pytest.mark.parametrize("output", ["viewer_policy_arn", "operator_policy_arn"])
def test_a_policy_fits_also_with_the_longest_name(stack: RunningStack, output: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    iam, arn = stack.client("iam"), stack.outputs[output]
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = json.dumps(iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"])
    longest = document.replace(stack.outputs["name"], "n" * 20).replace("eu-central-1", "ap-southeast-1")
    assert len("".join(longest.split())) <= 6144


def test_a_viewer_reads_what_the_pages_show(stack: RunningStack, viewer: Clients, silent: tuple[date, str]) -> None:
    outputs, (day, number) = stack.outputs, silent
    s3, bucket = viewer("s3"), outputs["enriched_bucket"]
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=f"publications/date={day}/")["Contents"]]
    record = json.loads(s3.get_object(Bucket=bucket, Key=keys[-1])["Body"].read())
    part = record["shards"][0]["exported"]
    assert s3.get_object(Bucket=outputs["exported_bucket"], Key=part["key"], VersionId=part["version_id"])[
        "Body"
    ].read()
    assert [each.code for each in silent_alarms(desk_of(stack, viewer), "all", silent)] == ["MCD"]
    key = {"billing_metering_point_number": {"S": number}}
    names = {"ProjectionExpression": "#name", "ExpressionAttributeNames": {"#name": "name"}}
    found = viewer("dynamodb").get_item(TableName=outputs["customers_table"], Key=key, **names)
    assert found["Item"]["name"]["S"] == f"Customer {number}"
    steps = viewer("stepfunctions")
    runs = steps.list_executions(stateMachineArn=outputs["state_machine_arn"])["executions"]
    assert steps.describe_execution(executionArn=runs[0]["executionArn"])["status"]
    assert steps.get_execution_history(executionArn=runs[0]["executionArn"])["events"]
    for queue in ("alarm_queue_url", "alarm_dead_letter_queue_url", "undelivered_events_queue_url"):
        found = viewer("sqs").get_queue_attributes(
            QueueUrl=outputs[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )
        assert found["Attributes"]
    assert viewer("logs").filter_log_events(logGroupName=outputs["log_groups"]["publisher"])["events"]
    assert viewer("cloudwatch").list_metrics()["Metrics"]
    services = viewer("ecs").describe_services(cluster=outputs["ecs_cluster"], services=[outputs["ecs_service"]])
    assert services["services"][0]["status"] == "ACTIVE"


def test_a_viewer_queries(stack: RunningStack, viewer: Clients, silent: tuple[date, str]) -> None:
    athena, (day, number) = queries_of(stack, viewer), silent
    assert len(saved_queries(athena)) == 10
    assert len(athena.tables()) == 6
    where = f"date = DATE '{day}' AND billing_metering_point_number = '{number}'"
    assert list(run(athena, f"SELECT code FROM findings WHERE {where}").rows) == [("MCD",)]  # noqa: S608


def test_a_viewer_changes_nothing(stack: RunningStack, viewer: Clients, silent: tuple[date, str]) -> None:
    outputs, (day, _) = stack.outputs, silent
    start = {"stateMachineArn": outputs["state_machine_arn"], "input": json.dumps({"date": str(day)})}
    assert_denied(partial(viewer("stepfunctions").start_execution, **start))
    assert_denied(partial(acknowledged, desk_of(stack, viewer), silent))
    assert_denied(partial(viewer("dynamodb").scan, TableName=outputs["customers_table"]))
    sqs = viewer("sqs")
    assert_denied(partial(sqs.send_message, QueueUrl=outputs["alarm_queue_url"], MessageBody="{}"))
    dead = sqs.get_queue_attributes(QueueUrl=outputs["alarm_dead_letter_queue_url"], AttributeNames=["QueueArn"])
    assert_denied(partial(sqs.start_message_move_task, SourceArn=dead["Attributes"]["QueueArn"]))
    key = f"readings/date={day}/part-00000.parquet"
    assert_denied(partial(viewer("s3").put_object, Bucket=outputs["enriched_bucket"], Key=key, Body=b""))


def test_an_operator_acknowledges_and_starts_a_run(
    stack: RunningStack, operator: Clients, pipeline: Pipeline, silent: tuple[date, str]
) -> None:
    day, _ = silent
    assert acknowledged(desk_of(stack, operator), silent).state is State.ACKNOWLEDGED
    started = operator("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps({"date": str(day)})
    )
    assert pipeline.ended(started["executionArn"]).status == "SUCCEEDED"
    assert list(run(queries_of(stack, operator), "SELECT 1 AS one").rows) == [("1",)]
