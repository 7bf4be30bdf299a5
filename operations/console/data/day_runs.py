"""The runs of a day: each run that made a publication, that failed or that still runs."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from domain.object_keys import run_name
from domain.pipeline_dates import InvalidDate, parse_date, resolve_date
from operations.console.data.runs import Run, RunDetails, Runs
from operations.execution_history import StateResult, history_of, states_left, states_of_map

UNPUBLISHED = ("RUNNING", "FAILED", "TIMED_OUT", "ABORTED")
LATEST = 20
"""So many executions of each of these statuses are looked at."""

MOST_SHARDS = 12
"""With more shards, the steps of each one are not read: a Map is one step then."""

_AT_ONCE = 8
_KEPT = 500


@dataclass(frozen=True)
class DayRun:
    """A run of the day. `publication` is the number of the publication that it made, if it made one."""

    details: RunDetails
    publication: int | None

    @property
    def run(self) -> Run:
        """The execution."""
        return self.details.run


class DayRuns:
    """Finds the runs of a day. AWS keeps executions for 90 days, and publications name theirs for longer."""

    def __init__(self, steps: Any, runs: Runs, zone: ZoneInfo) -> None:
        self._steps, self._runs, self._zone = steps, runs, zone
        # A run that has ended does not change.
        self._ended = lru_cache(_KEPT)(runs.details)

    def of_day(self, day: date, published: Iterable[tuple[int, str]]) -> list[DayRun]:
        """Returns the runs, the newest first. `published` has the number and the run's ARN of each publication."""
        by_arn = {arn: number for number, arn in published}
        found = {each.arn: each for status in UNPUBLISHED for each in self._runs.latest(LATEST, status)}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            others = [
                each
                for each in pool.map(self._details, found.values())
                if each.run.arn in by_arn or self._day_of(each) == day
            ]
            made = list(pool.map(self._published, (arn for arn in by_arn if arn not in found)))
        known = [DayRun(each, by_arn.get(each.run.arn)) for each in (*others, *filter(None, made))]
        return sorted(known, key=lambda each: each.run.started, reverse=True)

    def steps(self, arn: str) -> list[StateResult]:
        """Returns the steps that an execution has left, in order. The steps of a few shards are read too."""
        return [
            each
            for state in states_left(history_of(self._steps, arn))
            for each in (states_of_map(self._steps, state, MOST_SHARDS) if state.map_run else [state])
        ]

    def _details(self, run: Run) -> RunDetails:
        return self._ended(run) if run.ended else self._runs.details(run)

    def _published(self, arn: str) -> RunDetails | None:
        """Returns the run of a publication, or None where AWS has deleted the execution."""
        try:
            found = self._steps.describe_execution(executionArn=arn)
        except self._steps.exceptions.ExecutionDoesNotExist:
            return None
        run = Run(arn, run_name(arn), found["status"], found["startDate"], found.get("stopDate"))
        return self._details(run)

    def _day_of(self, details: RunDetails) -> date | None:
        if details.input.get("catch_up") and "date" not in details.input:
            return None
        try:
            if "date" in details.input:  # also one that the run refuses, because the day is not over
                return parse_date(details.input["date"])
            return resolve_date(details.input, self._zone, details.run.started)
        except InvalidDate:
            return None
