"""Decides an alarm's state from its data points.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from localstack_dockerless.services.cloudwatch.percentiles import is_percentile

DAY = 24 * 60 * 60
STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_CALCULATE: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class UnsupportedAlarmError(Exception):
    """This package cannot evaluate the alarm. The text names the setting."""


def seconds_between_evaluations(alarm: Mapping[str, Any]) -> int:
    """Returns 60, less for a high-resolution alarm, and 3,600 for an alarm that looks back more than a day."""
    period = period_of(alarm)
    if period < 60:
        return 10
    return 60 if period * alarm["EvaluationPeriods"] <= DAY else 60 * 60


def period_of(alarm: Mapping[str, Any]) -> int:
    """Returns the alarm's period in seconds, or the period of its metrics."""
    periods = {query["MetricStat"]["Period"] for query in alarm.get("Metrics", []) if "MetricStat" in query}
    return int(alarm.get("Period") or max(periods))


def check(alarm: Mapping[str, Any]) -> None:
    """Raises `UnsupportedAlarmError`."""
    if alarm["ComparisonOperator"] not in _COMPARE or "ThresholdMetricId" in alarm:
        raise UnsupportedAlarmError(f"anomaly detection ({alarm['ComparisonOperator']})")
    if alarm.get("EvaluateLowSampleCountPercentile", "evaluate") != "evaluate":
        raise UnsupportedAlarmError(f"EvaluateLowSampleCountPercentile {alarm['EvaluateLowSampleCountPercentile']}")
    queries = alarm.get("Metrics", [])
    for statistic in (alarm.get("ExtendedStatistic"), *(query.get("MetricStat", {}).get("Stat") for query in queries)):
        if statistic and statistic not in STATISTICS and not is_percentile(statistic):
            raise UnsupportedAlarmError(f"the statistic {statistic}")
    if not queries:
        return
    if sum(query.get("ReturnData", True) for query in queries) != 1:
        raise UnsupportedAlarmError("metrics without exactly one ReturnData")
    identifiers = {query["Id"] for query in queries if "MetricStat" in query}
    for query in queries:
        if "MetricStat" not in query:
            calculate(query["Expression"], dict.fromkeys(identifiers, 1.0))


def calculate(expression: str, values: Mapping[str, float | None]) -> float | None:
    """Evaluates the 4 basic operations on metrics by their ids. Returns None if an operand or the divisor is missing.

    Raises `UnsupportedAlarmError` for any other metric math.
    """
    try:
        return _value(ast.parse(expression, mode="eval").body, values)
    except (SyntaxError, KeyError, TypeError) as error:
        raise UnsupportedAlarmError(f"the expression {expression!r}") from error
    except ZeroDivisionError:
        return None


def _value(node: ast.expr, values: Mapping[str, float | None]) -> float | None:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.BinOp(left=left, op=op, right=right):
            operands = (_value(left, values), _value(right, values))
            return None if None in operands else _CALCULATE[type(op)](*operands)  # type: ignore[arg-type]
    raise TypeError(node)


def decide(alarm: Mapping[str, Any], newest_first: Sequence[float | None]) -> str | None:
    """Returns the alarm's state for its data points. The result None keeps the present state.

    A data point None is missing.
    """
    wanted = alarm["EvaluationPeriods"]
    enough = alarm.get("DatapointsToAlarm", wanted)
    treat = alarm.get("TreatMissingData", "missing")
    compare, threshold = _COMPARE[alarm["ComparisonOperator"]], alarm["Threshold"]
    breaches = [None if point is None else compare(point, threshold) for point in newest_first]
    real = [breach for breach in breaches if breach is not None]
    missing = max(0, wanted - len(real))
    bad = sum(real[:wanted]) + (missing if treat == "breaching" else 0)
    if bad >= enough:
        return "ALARM"
    if missing and treat in ("missing", "ignore"):
        if not real:
            return "INSUFFICIENT_DATA" if treat == "missing" else None
        if _stays_bad(breaches[:wanted], enough):
            return "ALARM" if treat == "missing" else None
    return "OK"


def _stays_bad(breaches: Sequence[bool | None], enough: int) -> bool:
    """Tells whether the oldest data point breaches and is old enough, and no later point was good."""
    ages = [age for age, breach in enumerate(breaches, start=1) if breach is not None]
    return bool(ages) and max(ages) >= enough and False not in breaches
