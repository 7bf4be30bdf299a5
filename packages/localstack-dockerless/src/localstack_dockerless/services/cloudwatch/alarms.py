"""Evaluates metric alarms as often as AWS does, by the rules of `alarm_rules.py`."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.cloudwatch.models import cloudwatch_stores

from localstack_dockerless.services.cloudwatch.alarm_rules import (
    UnsupportedAlarmError,
    calculate,
    check,
    decide,
    period_of,
    seconds_between_evaluations,
)

LOG = logging.getLogger(__name__)
FURTHER_BACK = 2
"""The data points that are fetched beyond the alarm's own. AWS fetches some more and does not say how many."""


def schedule(scheduler: Any, alarm_arn: str) -> None:
    """Evaluates the alarm from now on. `scheduler` is LocalStack's `AlarmScheduler`.

    Raises `CommonServiceException` for an alarm that cannot be evaluated here, and deletes it.
    """
    scheduler.delete_scheduler_for_alarm(alarm_arn)
    alarm = alarm_scheduler.get_metric_alarm_details_for_alarm_arn(alarm_arn)
    try:
        check(alarm)
    except UnsupportedAlarmError as error:
        _, _, _, region, account, *_ = alarm_arn.split(":")
        del cloudwatch_stores[account][region].alarms[alarm_arn]  # no call: PutMetricAlarm holds the lock
        raise CommonServiceException(
            "ValidationError", f"An alarm with {error} is not supported by this emulator."
        ) from error
    scheduler.scheduled_alarms[alarm_arn] = scheduler.scheduler.schedule(
        func=_evaluate, period=seconds_between_evaluations(alarm), args=[alarm_arn], on_error=_tell
    )


def _tell(error: Exception) -> None:
    LOG.error("An alarm was not evaluated", exc_info=error)


def _evaluate(alarm_arn: str) -> None:
    alarm = alarm_scheduler.get_metric_alarm_details_for_alarm_arn(alarm_arn)
    if alarm is None:
        return
    client, now = _client(alarm_arn), datetime.now(UTC)
    points = [_point(client, alarm, now, age) for age in range(alarm["EvaluationPeriods"] + FURTHER_BACK)]
    state = decide(alarm, points)
    if state and state != alarm["StateValue"]:
        client.set_alarm_state(
            AlarmName=alarm["AlarmName"],
            StateValue=state,
            StateReason=_reason(alarm, points),
            StateReasonData=json.dumps({"queryDate": now.isoformat(), "recentDatapoints": points}),
        )


def _point(client: Any, alarm: Any, now: datetime, age: int) -> float | None:
    """Returns the alarm's value in the period of `age`, or None. The latest period has age 0."""
    period = timedelta(seconds=period_of(alarm))
    start = now - (age + 1) * period
    queries = alarm.get("Metrics") or [{"Id": "metric", "MetricStat": _metric_of(alarm)}]
    values = {
        query["Id"]: _statistic(client, query, start, start + period) for query in queries if "MetricStat" in query
    }
    (returned,) = [query for query in queries if query.get("ReturnData", True)]
    return calculate(returned.get("Expression", returned["Id"]), values)


def _metric_of(alarm: Any) -> dict[str, Any]:
    metric = {"Namespace": alarm["Namespace"], "MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"]}
    return {"Metric": metric, "Period": alarm["Period"], "Stat": alarm.get("Statistic") or alarm["ExtendedStatistic"]}


def _statistic(client: Any, query: Any, start: datetime, end: datetime) -> float | None:
    wanted = {"Id": query["Id"], "MetricStat": query["MetricStat"]}
    answer = client.get_metric_data(MetricDataQueries=[wanted], StartTime=start, EndTime=end)
    values = answer["MetricDataResults"][0]["Values"]
    return float(values[0]) if values else None


def _reason(alarm: Any, points: list[float | None]) -> str:
    real = [point for point in points if point is not None][: alarm["EvaluationPeriods"]]
    against = f"{alarm['ComparisonOperator']} {alarm['Threshold']:g}"
    if not real:
        return f"No datapoints were received; missing ones are {alarm.get('TreatMissingData', 'missing')} ({against})."
    return f"Threshold Crossed: the latest datapoints {real} were judged against {against}."


def _client(alarm_arn: str) -> Any:
    return alarm_scheduler.get_cloudwatch_client_for_region_of_alarm(alarm_arn)
