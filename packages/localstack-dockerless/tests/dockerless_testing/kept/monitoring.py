"""Keeps resources of CloudWatch and CloudWatch Logs."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from dockerless_testing.emulator import Emulator
from dockerless_testing.waiting import wait_until


def cloudwatch(emulator: Emulator) -> Iterator[None]:
    """Keeps data points, and an alarm with its state."""
    cloudwatch = emulator.client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="kept", MetricData=[{"MetricName": "m", "Value": 3.0}])
    settings = {"MetricName": "m", "Namespace": "other", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0}
    cloudwatch.put_metric_alarm(
        AlarmName="kept",
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
        TreatMissingData="ignore",
        **settings,
    )
    cloudwatch.set_alarm_state(AlarmName="kept", StateValue="ALARM", StateReason="kept reason")
    yield
    assert _sum(cloudwatch) == [3.0]
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["kept"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "kept reason")
    cloudwatch.put_metric_data(Namespace="kept", MetricData=[{"MetricName": "m", "Value": 4.0}])
    wait_until(lambda: sum(_sum(cloudwatch)) == 7.0, 10, "both data points")


def _sum(cloudwatch: Any) -> list[float]:
    now = datetime.now(UTC)
    found = cloudwatch.get_metric_statistics(
        Namespace="kept",
        MetricName="m",
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=7200,
        Statistics=["Sum"],
    )
    return [point["Sum"] for point in found["Datapoints"]]


def logs(emulator: Emulator) -> Iterator[None]:
    """Keeps events, and a metric filter that continues to count."""
    logs = emulator.client("logs")
    stream = {"logGroupName": "/kept", "logStreamName": "s"}
    logs.create_log_group(logGroupName="/kept", tags={"k": "v"})
    logs.put_retention_policy(logGroupName="/kept", retentionInDays=7)
    logs.create_log_stream(**stream)
    counts = {"metricName": "errors", "metricNamespace": "kept-logs", "metricValue": "1"}
    logs.put_metric_filter(logGroupName="/kept", filterName="f", filterPattern="ERROR", metricTransformations=[counts])
    logs.put_log_events(**stream, logEvents=[_event("before")])
    yield
    logs.put_log_events(**stream, logEvents=[_event("ERROR after")])
    found = logs.get_log_events(**stream, startFromHead=True)["events"]
    assert [event["message"] for event in found] == ["before", "ERROR after"]
    assert logs.describe_log_groups(logGroupNamePrefix="/kept")["logGroups"][0]["retentionInDays"] == 7
    cloudwatch = emulator.client("cloudwatch")
    wait_until(lambda: cloudwatch.list_metrics(Namespace="kept-logs")["Metrics"], 10, "the filter's metric")


def _event(message: str) -> dict[str, Any]:
    return {"timestamp": int(time.time() * 1000), "message": message}
