"""CloudWatch Logs applies filter patterns to searches, subscriptions and metrics."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import ACCOUNT, REGION, records, stream, unique
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import arn_of, role, trust
from dockerless_testing.waiting import wait_until

MESSAGES = ['{"level": "ERROR", "took": 7}', '{"level": "INFO", "took": 3}', "ERROR of the meter", "all is well"]
PRINT = """
import base64, gzip, json
def handle(event, context):
    for each in json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))["logEvents"]:
        print("got", each["message"])
"""


@pytest.fixture
def group(emulator: Emulator) -> Iterator[str]:
    logs, name = emulator.client("logs"), f"/{unique()}/log-group"
    logs.create_log_group(logGroupName=name)
    logs.create_log_stream(logGroupName=name, logStreamName="stream")
    yield name
    logs.delete_log_group(logGroupName=name)


def put(emulator: Emulator, group: str) -> None:
    now = int(time.time() * 1000)
    events = [{"timestamp": now + index, "message": message} for index, message in enumerate(MESSAGES)]
    emulator.client("logs").put_log_events(logGroupName=group, logStreamName="stream", logEvents=events)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("", [0, 1, 2, 3]), ("ERROR", [0, 2]), ("-ERROR", [1, 3]), ("{ $.took > 5 }", [0]), ("[a, b, ...]", [0, 1, 2, 3])],
)
def test_the_events_that_match_are_listed(emulator: Emulator, group: str, pattern: str, expected: list[int]) -> None:
    put(emulator, group)
    found = emulator.client("logs").filter_log_events(logGroupName=group, filterPattern=pattern)["events"]
    assert [event["message"] for event in found] == [MESSAGES[index] for index in expected]


def test_what_is_no_pattern_is_refused_wherever_it_is_given(emulator: Emulator, group: str) -> None:
    logs, bad = emulator.client("logs"), "{ $.took > }"
    metric = {"metricName": "m", "metricNamespace": "n", "metricValue": "1"}
    calls: list[Any] = [
        lambda: logs.filter_log_events(logGroupName=group, filterPattern=bad),
        lambda: logs.put_metric_filter(
            logGroupName=group, filterName="f", filterPattern=bad, metricTransformations=[metric]
        ),
        lambda: logs.put_subscription_filter(
            logGroupName=group, filterName="f", filterPattern=bad, destinationArn="arn:aws:lambda:x"
        ),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="Invalid filter pattern") as refused:
            call()
        assert refused.value.response["Error"]["Code"] == "InvalidParameterException"


def test_two_subscriptions_each_give_a_function_what_matches(emulator: Emulator, group: str) -> None:
    logs, client = emulator.client("logs"), emulator.client("lambda")
    source = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"
    with function(emulator, PRINT) as first, function(emulator, PRINT) as second:
        for made, pattern in ((first, "{ $.took = 3 }"), (second, '"of the meter"')):
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{made.name}"
            request = {"logGroupName": group, "filterName": made.name, "filterPattern": pattern, "destinationArn": arn}
            with pytest.raises(ClientError, match="Could not execute the lambda function"):
                logs.put_subscription_filter(**request)
            client.add_permission(
                FunctionName=made.name,
                StatementId="s",
                Action="lambda:InvokeFunction",
                Principal="logs.amazonaws.com",
                SourceArn=source,
            )
            logs.put_subscription_filter(**request)
        put(emulator, group)
        first.wait_for_log(f"got {MESSAGES[1]}")
        second.wait_for_log(f"got {MESSAGES[2]}")
        for made in (first, second):
            assert sum("got" in event["message"] for _, event in made.log_events()) == 1


def test_a_subscription_writes_to_a_stream_by_its_role(emulator: Emulator, group: str) -> None:
    logs, of_logs = emulator.client("logs"), trust({"Service": "logs.amazonaws.com"})
    refused = pytest.raises(ClientError, match="Could not deliver test message to specified Kinesis stream")
    with stream(emulator) as (name, arn):
        request = {"logGroupName": group, "filterName": "f", "filterPattern": "ERROR", "destinationArn": arn}
        may_put = {"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": arn}
        with role(emulator, {**may_put, "Resource": f"{arn}-other"}, trusted=of_logs) as other, refused:
            logs.put_subscription_filter(**request, roleArn=arn_of(other))
        with role(emulator, may_put, trusted=of_logs) as able:
            logs.put_subscription_filter(**request, roleArn=arn_of(able))
            put(emulator, group)

            def data() -> list[dict[str, Any]]:
                each = [json.loads(gzip.decompress(record)) for record in records(emulator, name)]
                return [one for one in each if one["logGroup"] == group]

            (found,) = wait_until(data, 20, "the log events in the stream")
        assert [event["message"] for event in found["logEvents"]] == [MESSAGES[0], MESSAGES[2]]


def test_a_destination_that_is_not_supported_is_refused_by_name(emulator: Emulator, group: str) -> None:
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:destination:d"
    with pytest.raises(ClientError, match="destination of logs is not supported by this emulator"):
        emulator.client("logs", retries={"max_attempts": 0}).put_subscription_filter(
            logGroupName=group, filterName="f", filterPattern="", destinationArn=arn
        )


def test_a_metric_filter_counts_its_own_group_and_takes_values(emulator: Emulator, group: str) -> None:
    logs, cloudwatch, namespace = emulator.client("logs"), emulator.client("cloudwatch"), unique()
    cloudwatch.list_metrics()
    for name, pattern, value in (("errors", "ERROR", "1"), ("took", "{ $.took = * }", "$.took")):
        logs.put_metric_filter(
            logGroupName=group,
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[{"metricName": name, "metricNamespace": namespace, "metricValue": value}],
        )
    other = f"/{unique()}"
    logs.create_log_group(logGroupName=other)
    logs.create_log_stream(logGroupName=other, logStreamName="stream")
    put(emulator, other)
    put(emulator, group)
    expected = {"errors": 2.0, "took": 10.0}
    now = datetime.now(UTC)

    def sums() -> dict[str, float]:
        found = {}
        for name in expected:
            answer = cloudwatch.get_metric_statistics(
                Namespace=namespace,
                MetricName=name,
                StartTime=now - timedelta(hours=1),
                EndTime=now + timedelta(hours=1),
                Period=60,
                Statistics=["Sum"],
            )
            found[name] = sum(point["Sum"] for point in answer["Datapoints"])
        return found

    wait_until(lambda: all(sums().values()), 20, "both metrics")
    assert sums() == expected
    for name in expected:
        logs.delete_metric_filter(logGroupName=group, filterName=name)
    logs.delete_log_group(logGroupName=other)
