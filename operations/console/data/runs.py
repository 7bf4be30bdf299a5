"""The executions of the pipeline."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.pipeline_dates import InvalidDate, parse_date


@dataclass(frozen=True)
class Run:
    """An execution of the state machine."""

    arn: str
    name: str
    status: str
    started: datetime
    ended: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long it took. None while it runs."""
        return (self.ended - self.started).total_seconds() if self.ended else None


@dataclass(frozen=True)
class RunDetails:
    """An execution with its input, its output and its error."""

    run: Run
    input: dict[str, Any]
    output: dict[str, Any] | None
    error: str
    cause: str

    @property
    def day(self) -> date | None:
        """The day that it runs, if its input or output says it."""
        for value in (self.input.get("date"), (self.output or {}).get("date")):
            try:
                return parse_date(value) if isinstance(value, str) else None
            except InvalidDate:
                continue
        return None


class Runs:
    """The executions of the pipeline's state machine. AWS keeps them for 90 days."""

    def __init__(self, steps: Any, state_machine: str) -> None:
        self._steps, self._machine = steps, state_machine

    def latest(self, most: int = 20, status: str = "") -> list[Run]:
        """Returns the latest executions, the newest first. `status` is one of Step Functions' own, or any."""
        chosen = {"statusFilter": status} if status else {}
        answer = self._steps.list_executions(stateMachineArn=self._machine, maxResults=most, **chosen)
        return [
            Run(each["executionArn"], each["name"], each["status"], each["startDate"], each.get("stopDate"))
            for each in answer["executions"]
        ]

    def details(self, run: Run) -> RunDetails:
        """Reads an execution with its input and output."""
        found = self._steps.describe_execution(executionArn=run.arn)
        output = found.get("output")
        return RunDetails(
            run, _object(found.get("input")), _object(output) if output else None,
            found.get("error", ""), found.get("cause", ""),
        )  # fmt: skip


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
