"""Every metric and every alarm of the dashboard is there."""

import json
from collections.abc import Iterator
from typing import Any

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.faults.conditions import Conditions

SECONDS = 180
"""A metric of a state is published once a minute."""


def test_the_stack_publishes_every_metric_of_the_dashboard(stack: RunningStack, conditions: Conditions) -> None:
    assert conditions.failed.status == "FAILED"  # the pipeline has run, and the API has answered
    wanted = list(_metrics(_dashboard(stack)))
    assert len(wanted) > 30
    wait_until(lambda: _missing(stack, wanted) == [], SECONDS, f"the metrics {_missing(stack, wanted)}")


def test_the_dashboard_shows_every_alarm(stack: RunningStack) -> None:
    (widget,) = [each for each in _dashboard(stack)["widgets"] if each["type"] == "alarm"]
    shown = {arn.rpartition(":alarm:")[2] for arn in widget["properties"]["alarms"]}
    assert shown == set(stack.outputs["monitoring_alarms"])


def _dashboard(stack: RunningStack) -> dict[str, Any]:
    body = stack.client("cloudwatch").get_dashboard(DashboardName=stack.outputs["name"])["DashboardBody"]
    return dict(json.loads(body))


def _metrics(dashboard: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yields the namespace, the name and the dimensions of each metric."""
    for widget in dashboard["widgets"]:
        for namespace, name, *rest in widget["properties"].get("metrics", []):
            *dimensions, _options = rest
            yield namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True))


def _missing(stack: RunningStack, wanted: list[tuple[str, str, dict[str, str]]]) -> list[str]:
    cloudwatch = stack.client("cloudwatch")
    return [
        f"{namespace} {name} {dimensions}"
        for namespace, name, dimensions in wanted
        if not cloudwatch.list_metrics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        )["Metrics"]
    ]
