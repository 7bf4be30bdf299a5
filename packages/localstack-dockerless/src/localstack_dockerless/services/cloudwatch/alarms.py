"""Metric alarms are judged as often as AWS does and by its rules, and keep the tags that they are made with.

LocalStack 4.14.0 looks at an alarm once in all its periods together (a daily one: once a day), counts data points
older than those, and leaves one with metric math for ever as it is.
"""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from localstack.aws.api import CommonServiceException
from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.cloudwatch.alarm_scheduler import AlarmScheduler
from localstack.services.cloudwatch.models import LocalStackMetricAlarm, cloudwatch_stores
from localstack.utils.patch import patch

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
"""Data points that are fetched beyond the alarm's own; AWS fetches some more and does not say how many."""


def judge_alarms() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""

    @patch(AlarmScheduler.schedule_metric_alarm)  # type: ignore[untyped-decorator]
    def schedule_metric_alarm(_original: Callable[..., None], self: AlarmScheduler, alarm_arn: str) -> None:
        self.delete_scheduler_for_alarm(alarm_arn)
        alarm = alarm_scheduler.get_metric_alarm_details_for_alarm_arn(alarm_arn)
        try:
            check(alarm)
        except UnsupportedAlarmError as error:
            _, _, _, region, account, *_ = alarm_arn.split(":")
            del cloudwatch_stores[account][region].alarms[alarm_arn]  # no call: PutMetricAlarm holds the lock
            raise CommonServiceException(
                "ValidationError", f"An alarm with {error} is not supported by this emulator."
            ) from error
        self.scheduled_alarms[alarm_arn] = self.scheduler.schedule(
            func=_evaluate, period=seconds_between_evaluations(alarm), args=[alarm_arn], on_error=_tell
        )


def keep_tags() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""

    @patch(LocalStackMetricAlarm.set_default_attributes)  # type: ignore[untyped-decorator]
    def set_default_attributes(original: Callable[..., None], self: LocalStackMetricAlarm) -> None:
        original(self)
        tags, arn = self.alarm.pop("Tags", []), self.alarm["AlarmArn"]
        store = cloudwatch_stores[self.account_id][self.region]
        if arn not in store.alarms:  # a later PutMetricAlarm changes no tags
            store.TAGS.tag_resource(arn, tags)


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
    """The alarm's value in one of its periods, the latest being of age 0; None where there is none."""
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
    return {"Metric": metric, "Period": alarm["Period"], "Stat": alarm["Statistic"]}


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
