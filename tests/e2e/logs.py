"""CloudWatch Logs, read as an operator would."""

import time
from typing import Any

from local.observe.running import RunningStack


class Logs:
    """The log groups that Terraform made, by their names in its output `log_groups`."""

    def __init__(self, stack: RunningStack) -> None:
        self._client = stack.client("logs")
        self._groups: dict[str, str] = stack.outputs["log_groups"]

    @property
    def names(self) -> list[str]:
        return list(self._groups)

    def group(self, name: str) -> dict[str, Any]:
        """What CloudWatch says of a group."""
        found = self._client.describe_log_groups(logGroupNamePrefix=self._groups[name])["logGroups"]
        return next(dict(group) for group in found if group["logGroupName"] == self._groups[name])

    def events(self, name: str, since: int = 0) -> list[dict[str, Any]]:
        """A group's events from `since` (milliseconds) on, each with its stream's name."""
        pages = self._client.get_paginator("filter_log_events").paginate(
            logGroupName=self._groups[name], startTime=since
        )
        return [dict(event) for page in pages for event in page["events"]]

    def messages(self, name: str, since: int = 0) -> list[str]:
        return [event["message"] for event in self.events(name, since)]

    def recent(self, name: str) -> list[str]:
        """The messages of the last 10 minutes. A group has thousands by the end of a run."""
        return self.messages(name, int((time.time() - 600) * 1000))
