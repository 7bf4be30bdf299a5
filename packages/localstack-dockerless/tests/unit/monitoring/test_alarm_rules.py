"""An alarm's state follows its data points as AWS documents it."""

from typing import Any

import pytest

from localstack_dockerless.services.cloudwatch.alarm_rules import (
    UnsupportedAlarmError,
    calculate,
    check,
    decide,
    seconds_between_evaluations,
)

ABOVE = {"ComparisonOperator": "GreaterThanThreshold", "Threshold": 10.0, "Period": 60}
GOOD, BAD, GONE = 1.0, 11.0, None
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
KEPT = None

# The tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, whose
# points stand from the oldest to the latest; the states are in the order of TREATMENTS.
THREE_OF_THREE: dict[tuple[float | None, ...], tuple[str | None, ...]] = {
    (GOOD, GONE, BAD, GONE, BAD): ("OK", "OK", "OK", "OK"),
    (GONE, GONE, GONE, GONE, GOOD): ("OK", "OK", "OK", "OK"),
    (GONE, GONE, GONE, GONE, GONE): ("INSUFFICIENT_DATA", KEPT, "ALARM", "OK"),
    (GOOD, BAD, BAD, GONE, BAD): ("ALARM", "ALARM", "ALARM", "ALARM"),
    (GONE, GONE, BAD, GONE, GONE): ("ALARM", KEPT, "ALARM", "OK"),
}


@pytest.mark.parametrize("treatment", TREATMENTS)
@pytest.mark.parametrize("points", THREE_OF_THREE, ids=str)
def test_three_of_three(points: tuple[float | None, ...], treatment: str) -> None:
    alarm = {**ABOVE, "EvaluationPeriods": 3, "DatapointsToAlarm": 3, "TreatMissingData": treatment}
    assert decide(alarm, points[::-1]) == THREE_OF_THREE[points][TREATMENTS.index(treatment)]


def test_only_the_latest_points_count() -> None:
    alarm = {**ABOVE, "EvaluationPeriods": 1, "TreatMissingData": "notBreaching"}
    assert decide(alarm, [GOOD, BAD, BAD]) == "OK"
    assert decide(alarm, [BAD, GOOD, GOOD]) == "ALARM"
    assert decide(alarm, [GONE, BAD, GOOD]) == "ALARM"


@pytest.mark.parametrize(
    ("comparison", "at_threshold"),
    [
        ("GreaterThanOrEqualToThreshold", "ALARM"),
        ("GreaterThanThreshold", "OK"),
        ("LessThanThreshold", "OK"),
        ("LessThanOrEqualToThreshold", "ALARM"),
    ],
)
def test_the_threshold_itself(comparison: str, at_threshold: str) -> None:
    alarm = {**ABOVE, "ComparisonOperator": comparison, "EvaluationPeriods": 1}
    assert decide(alarm, [10.0]) == at_threshold


@pytest.mark.parametrize(("period", "periods", "seconds"), [(10, 1, 10), (60, 1, 60), (300, 3, 60), (3600, 25, 3600)])
def test_how_often_an_alarm_is_judged(period: int, periods: int, seconds: int) -> None:
    assert seconds_between_evaluations({**ABOVE, "Period": period, "EvaluationPeriods": periods}) == seconds


def test_metric_math_is_the_four_operations() -> None:
    assert calculate("100 * errors / requests", {"errors": 1.0, "requests": 4.0}) == 25
    assert calculate("(a - b) + 1", {"a": 3.0, "b": 2.0}) == 2


def test_a_share_of_nothing_is_missing() -> None:
    assert calculate("100 * errors / requests", {"errors": 0.0, "requests": 0.0}) is None
    assert calculate("100 * errors / requests", {"errors": None, "requests": 4.0}) is None


@pytest.mark.parametrize(
    "expression", ["FILL(errors, 0)", "errors > 1", "unknown / 2", "errors ** 2", "1 +", "-errors"]
)
def test_other_metric_math_is_refused_by_name(expression: str) -> None:
    with pytest.raises(UnsupportedAlarmError, match="expression"):
        calculate(expression, {"errors": 1.0})


@pytest.mark.parametrize(
    "feature",
    [
        {"ComparisonOperator": "GreaterThanUpperThreshold", "ThresholdMetricId": "band"},
        {"ExtendedStatistic": "tm99"},
        {"ExtendedStatistic": "p101"},
        {"ExtendedStatistic": "p99", "EvaluateLowSampleCountPercentile": "ignore"},
        {"Metrics": [{"Id": "a", "MetricStat": {"Stat": "IQM"}}]},
        {"Metrics": [{"Id": "a", "MetricStat": {}}, {"Id": "b", "MetricStat": {}}]},
        {"Metrics": [{"Id": "a", "MetricStat": {}, "ReturnData": False}, {"Id": "b", "Expression": "RATE(a)"}]},
    ],
)
def test_an_alarm_that_cannot_be_judged_is_refused(feature: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedAlarmError):
        check({**ABOVE, "EvaluationPeriods": 1, **feature})


@pytest.mark.parametrize("statistic", ["p0", "p50", "p99", "p99.9", "p100"])
def test_an_alarm_on_a_percentile_can_be_judged(statistic: str) -> None:
    check({**ABOVE, "EvaluationPeriods": 1, "ExtendedStatistic": statistic})
    check({**ABOVE, "EvaluationPeriods": 1, "Metrics": [{"Id": "a", "MetricStat": {"Stat": statistic}}]})
