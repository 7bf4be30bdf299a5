"""Publishes the functions' CloudWatch metrics.

LocalStack sends each invocation's `Invocations` in a call and a thread of its own, which takes longer than a short
function and slows the next invocation down.
"""

from collections.abc import Callable
from typing import Any

from localstack_dockerless.services.cloudwatch.metrics import Metric, record

_RECORDS = "record-cloudwatch-metric-"
"""LocalStack's names of the threads that record a metric begin so."""


def without_a_thread(start_thread: Callable[..., Any]) -> Callable[..., Any]:
    """Replaces LocalStack's `start_thread`. A function that records a metric runs without a thread."""

    def start(function: Callable[..., Any], *arguments: Any, name: str | None = None, **options: Any) -> Any:
        if name and name.startswith(_RECORDS):
            return function()
        return start_thread(function, *arguments, name=name, **options)

    return start


def record_duration(function_name: str, account_id: str, region_name: str, milliseconds: float) -> None:
    """Counts the time of an invocation, as in its REPORT line."""
    dimension = (("FunctionName", function_name),)
    metric = Metric(account_id, region_name, "AWS/Lambda", "Duration", dimension, "Milliseconds", spread=True)
    record(metric, round(milliseconds, 2))


def record_throttle(function_name: str, account_id: str, region_name: str) -> None:
    """Counts a refused invocation: no concurrency was left."""
    _count("Throttles", function_name, account_id, region_name)


def record_invocation(function_name: str, account_id: str, region_name: str) -> None:
    """Replaces LocalStack's `record_cw_metric_invocation`."""
    _count("Invocations", function_name, account_id, region_name)
    _count("Errors", function_name, account_id, region_name, 0)  # so that the average is the rate, as on AWS
    _count("Throttles", function_name, account_id, region_name, 0)


def record_error(function_name: str, account_id: str, region_name: str) -> None:
    """Replaces LocalStack's `record_cw_metric_error`."""
    _count("Invocations", function_name, account_id, region_name)
    _count("Errors", function_name, account_id, region_name, 1)
    _count("Throttles", function_name, account_id, region_name, 0)


def _count(name: str, function: str, account: str, region: str, value: float = 1) -> None:
    record(Metric(account, region, "AWS/Lambda", name, (("FunctionName", function),)), value)
