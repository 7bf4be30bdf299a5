"""The tasks of the ingestion service, and the CloudWatch alarms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_BATCH = 100
"""DescribeAlarms takes at most 100 names."""


@dataclass(frozen=True)
class Tasks:
    """The numbers of the service's tasks."""

    running: int
    desired: int
    pending: int
    events: tuple[str, ...] = ()
    """The last messages of ECS, the newest first."""


@dataclass(frozen=True)
class MonitoringAlarm:
    """A CloudWatch alarm that is not OK."""

    name: str
    state: str
    reason: str
    since: datetime


class Health:
    """The state of what runs."""

    def __init__(self, client: Callable[[str], Any], cluster: str, service: str, alarms: Sequence[str]) -> None:
        self._client, self._cluster, self._service, self._alarms = client, cluster, service, list(alarms)

    def tasks(self) -> Tasks:
        """Returns the numbers of the tasks."""
        answer = self._client("ecs").describe_services(cluster=self._cluster, services=[self._service])
        found = answer["services"][0]
        events = tuple(str(each["message"]) for each in found.get("events", [])[:5])
        return Tasks(found["runningCount"], found["desiredCount"], found["pendingCount"], events)

    def firing(self) -> list[MonitoringAlarm]:
        """Returns the CloudWatch alarms in the state ALARM, the latest first."""
        cloudwatch, found = self._client("cloudwatch"), []
        for first in range(0, len(self._alarms), _BATCH):
            names = self._alarms[first : first + _BATCH]
            answer = cloudwatch.describe_alarms(
                AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=_BATCH
            )
            found += [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
        alarms = [
            MonitoringAlarm(
                each["AlarmName"], each["StateValue"], each.get("StateReason", ""), each["StateUpdatedTimestamp"]
            )
            for each in found
            if each["StateValue"] == "ALARM"
        ]
        return sorted(alarms, key=lambda alarm: alarm.since, reverse=True)
