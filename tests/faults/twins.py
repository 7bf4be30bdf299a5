"""Copies of alarms with other settings, for conditions that a test cannot wait for or must not make.

A database of 20 GiB does not fill up in a test, nor does a day pass. So a copy has another threshold or another period.
It judges the metric that the stack publishes, with the dimensions of the alarm itself.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.observe.running import RunningStack

FUNCTIONS = ("authorizer", "planner", "exporter", "enricher", "alerting", "publisher", "reporter")
HUGE = float(2**50)
KEPT = (
    "Namespace",
    "MetricName",
    "Dimensions",
    "Statistic",
    "ExtendedStatistic",
    "Metrics",
    "ComparisonOperator",
    "Threshold",
    "Period",
    "EvaluationPeriods",
    "TreatMissingData",
    "AlarmActions",
    "InsufficientDataActions",
)


@dataclass(frozen=True)
class Twin:
    """Says how a copy differs, and what makes it fire. `planted` is a value that the test publishes itself."""

    fires_for: str
    other: Mapping[str, Any] = field(default_factory=dict)
    planted: float | None = None


def _above(threshold: float, what: str) -> Twin:
    return Twin(what, {"EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                       "Threshold": threshold})  # fmt: skip


def _below(what: str) -> Twin:
    return Twin(what, {"EvaluationPeriods": 1, "Threshold": HUGE})


SILENT = {"Period": 10, "EvaluationPeriods": 1}
TWINS: dict[str, Twin] = {
    "run-missing": Twin("no run in the period of a copy", SILENT),
    "api-no-requests": Twin("no request in the period of a copy, or too few", {**SILENT, "Threshold": HUGE}),
    "run-throttled": Twin("data that the test publishes", {"Period": 300}, planted=1),
    "database-storage": _below("free storage below the threshold of a copy"),
    "database-memory": _below("free memory below the threshold of a copy"),
    "database-cpu": _above(0, "a processor as busy as the threshold of a copy"),
    "database-connections": _above(0, "as many connections as the threshold of a copy"),
    "queue-age": _above(1, "a message older than the threshold of a copy"),
    "api-4xx": _above(0, "a share of 4xx at the threshold of a copy"),
    "api-latency": _above(0, "a latency above the threshold of a copy"),
    "tasks-missing": _above(0, "as many tasks as wanted, with the threshold of a copy"),
    "targets-unhealthy": _above(0, "as many unhealthy targets as the threshold of a copy"),
    **{f"throttled-{name}": Twin("data that the test publishes", planted=1) for name in FUNCTIONS},
    **{f"slow-{name}": _above(0, "a duration above the threshold of a copy") for name in FUNCTIONS},
}
"""The alarms that are judged by a copy, by their names without the prefix."""


def described(stack: RunningStack, name: str) -> dict[str, Any]:
    """Returns an alarm as CloudWatch describes it, by its name after the prefix or by its whole name."""
    whole = next((each for each in stack.outputs["monitoring_alarms"] if each.endswith(f"-{name}")), name)
    (found,) = stack.client("cloudwatch").describe_alarms(AlarmNames=[whole])["MetricAlarms"]
    return dict(found)


@contextmanager
def all_twins(stack: RunningStack) -> Iterator[dict[str, str]]:
    """Makes every copy and plants its data. Yields the names of the copies by the names of the alarms."""
    with ExitStack() as closing:
        yield {name: closing.enter_context(_twin(stack, name, twin)) for name, twin in TWINS.items()}


@contextmanager
def _twin(stack: RunningStack, name: str, twin: Twin) -> Iterator[str]:
    alarm, cloudwatch = described(stack, name), stack.client("cloudwatch")
    copy = f"{alarm['AlarmName']}-twin-{uuid.uuid4().hex[:8]}"
    kept = {key: alarm[key] for key in KEPT if alarm.get(key) not in (None, [])}
    if twin.planted is not None:
        data = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": twin.planted}
        cloudwatch.put_metric_data(Namespace=alarm["Namespace"], MetricData=[data])
    cloudwatch.put_metric_alarm(**kept | {"AlarmName": copy} | dict(twin.other))
    try:
        yield copy
    finally:
        cloudwatch.delete_alarms(AlarmNames=[copy])
