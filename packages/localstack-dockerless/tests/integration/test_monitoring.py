"""The services publish their metrics, and alarms on them reach a mailbox."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
FAIL = {"StartAt": "Only", "States": {"Only": {"Type": "Fail", "Error": "Broken"}}}
ALARM = {
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 10.0,
    "EvaluationPeriods": 1,
    "TreatMissingData": "notBreaching",
}
SECONDS = 60  # a high-resolution alarm is judged every ten


@pytest.fixture
def name() -> str:
    return f"t{uuid.uuid4().hex}"


@pytest.fixture
def topic(emulator: Emulator, name: str) -> str:
    sns = emulator.client("sns")
    arn = sns.create_topic(Name=name)["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint=f"{name}@example.com")
    return str(arn)


@pytest.fixture
def alarm(emulator: Emulator, name: str, topic: str) -> Iterator[Any]:
    """Makes an alarm that is evaluated every 10 s and mails. Yields its name."""
    cloudwatch = emulator.client("cloudwatch")

    def put(**settings: Any) -> str:
        cloudwatch.put_metric_alarm(**ALARM | {"AlarmName": name, "AlarmActions": [topic]} | settings)
        return name

    yield put
    cloudwatch.delete_alarms(AlarmNames=[name])


@pytest.fixture
def machine(emulator: Emulator, name: str) -> Iterator[Any]:
    client, made = emulator.client("stepfunctions"), []
    with role(emulator) as any_role:

        def create(definition: dict[str, Any]) -> str:
            text = json.dumps(definition)
            answer = client.create_state_machine(name=name, definition=text, roleArn=arn_of(any_role))
            made.append(answer["stateMachineArn"])
            return str(made[-1])

        yield create
        for arn in made:
            client.delete_state_machine(stateMachineArn=arn)


def state(emulator: Emulator, name: str) -> str:
    return str(emulator.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"])


def has_mail(emulator: Emulator, name: str) -> bool:
    try:
        messages = emulator.get_json("/_aws/ses")["messages"]
    except HTTPError as error:
        if error.code == 404:  # LocalStack adds the page when its SES is first used
            return False
        raise
    return any(name in message["Subject"] for message in messages)


def test_an_alarm_on_one_metric_reaches_the_mailbox(emulator: Emulator, name: str, alarm: Any) -> None:
    alarm(Namespace="Test", MetricName=name, Statistic="Maximum", Period=10)
    wait_until(lambda: state(emulator, name) == "OK", SECONDS, "an alarm that is judged well")
    emulator.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=[{"MetricName": name, "Value": 11}])
    wait_until(lambda: has_mail(emulator, name), SECONDS, "the alarm's e-mail")
    assert state(emulator, name) == "ALARM"


def test_an_alarm_on_a_share_of_two_metrics_reaches_the_mailbox(emulator: Emulator, name: str, alarm: Any) -> None:
    def query(identifier: str) -> dict[str, Any]:
        metric = {"Namespace": "Test", "MetricName": f"{name}-{identifier}"}
        return {"Id": identifier, "MetricStat": {"Metric": metric, "Period": 30, "Stat": "Sum"}, "ReturnData": False}

    share = {"Id": "share", "Expression": "100 * errors / requests"}
    alarm(Metrics=[query("errors"), query("requests"), share])
    data = [
        {"MetricName": f"{name}-errors", "StatisticValues": statistics(total=2)},
        {"MetricName": f"{name}-requests", "StatisticValues": statistics(total=8)},
    ]
    emulator.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=data)
    wait_until(lambda: has_mail(emulator, name), SECONDS, "the alarm's e-mail")


def test_an_alarm_on_a_percentile_reaches_the_mailbox(emulator: Emulator, name: str, alarm: Any) -> None:
    alarm(Namespace="Test", MetricName=name, ExtendedStatistic="p99", Period=10)
    values = {"MetricName": name, "Values": [1.0, 12.0], "Counts": [98.0, 2.0]}
    emulator.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=[values])
    wait_until(lambda: has_mail(emulator, name), SECONDS, "the alarm's e-mail")


def test_percentiles_and_sums_of_the_same_values(emulator: Emulator, name: str) -> None:
    cloudwatch = emulator.client("cloudwatch")
    values = {"MetricName": name, "Values": [1.0, 12.0], "Counts": [98.0, 2.0]}
    cloudwatch.put_metric_data(Namespace="Test", MetricData=[values, {"MetricName": name, "Value": 50.0}])
    statistics = ("p50", "p99", "p100", "Sum", "SampleCount", "Maximum")
    assert {stat: value_of(emulator, name, stat) for stat in statistics} == {
        "p50": 1,
        "p99": 12,
        "p100": 50,
        "Sum": 172,
        "SampleCount": 101,
        "Maximum": 50,
    }


def test_a_statistic_set_of_several_values_has_no_percentile(emulator: Emulator, name: str) -> None:
    data = {"MetricName": name, "StatisticValues": {"SampleCount": 2, "Sum": 3, "Minimum": 1, "Maximum": 2}}
    emulator.client("cloudwatch").put_metric_data(Namespace="Test", MetricData=[data])
    assert value_of(emulator, name, "Sum") == 3
    assert value_of(emulator, name, "p99") is None


def value_of(emulator: Emulator, name: str, statistic: str) -> float | None:
    now = datetime.now(UTC)
    metric = {"Metric": {"Namespace": "Test", "MetricName": name}, "Period": 3600, "Stat": statistic}
    (result,) = emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "one", "MetricStat": metric}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now + timedelta(minutes=30),
    )["MetricDataResults"]
    return float(result["Values"][0]) if result["Values"] else None


def test_an_alarm_that_cannot_be_judged_is_not_made(emulator: Emulator, name: str, alarm: Any) -> None:
    with pytest.raises(ClientError, match=r"EvaluateLowSampleCountPercentile ignore is not supported by this emulator"):
        alarm(
            Namespace="Test",
            MetricName=name,
            ExtendedStatistic="p99",
            EvaluateLowSampleCountPercentile="ignore",
            Period=60,
        )
    assert emulator.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


def test_an_alarm_keeps_the_tags_that_it_is_made_with(emulator: Emulator, name: str, alarm: Any) -> None:
    cloudwatch, tags = emulator.client("cloudwatch"), [{"Key": "Environment", "Value": "test"}]
    alarm(Namespace="Test", MetricName=name, Statistic="Sum", Period=60, Tags=tags)
    alarm(Namespace="Test", MetricName=name, Statistic="Sum", Period=60, Tags=[])
    (made,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=made["AlarmArn"])["Tags"] == tags


@pytest.mark.parametrize(("definition", "metric"), [(PASS, "ExecutionsSucceeded"), (FAIL, "ExecutionsFailed")])
def test_executions_are_counted(emulator: Emulator, machine: Any, definition: dict[str, Any], metric: str) -> None:
    arn = machine(definition)
    for _ in range(2):
        emulator.client("stepfunctions").start_execution(stateMachineArn=arn)
    for counted in ("ExecutionsStarted", metric):
        wait_until(partial(is_total, emulator, counted, arn, 2), SECONDS, f"{counted} of two executions")


def statistics(total: float) -> dict[str, float]:
    return {"SampleCount": total, "Sum": total, "Minimum": 1, "Maximum": 1}


def is_total(emulator: Emulator, metric: str, machine: str, expected: int) -> bool:
    now = datetime.now(UTC)
    points = emulator.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/States",
        MetricName=metric,
        Dimensions=[{"Name": "StateMachineArn", "Value": machine}],
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=1),
        Period=600,
        Statistics=["Sum"],
    )["Datapoints"]
    return bool(sum(point["Sum"] for point in points) == expected)
