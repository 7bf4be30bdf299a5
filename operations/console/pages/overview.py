"""The overview: the state of the whole system on one page. Each number leads to its list.

All sources are asked at the same time. A source that is denied or down leaves the others. The numbers of days come from
their summaries, so the page does not depend on the number of customers.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from domain.days import local_date
from domain.findings import CODES
from operations.console.data import Data, DataDep
from operations.console.data.coverage import DayCoverage
from operations.console.data.runs import Run, RunDetails
from operations.console.errors import attempt
from operations.console.view import Page, ViewDep

PAGE = Page("overview", "/", order=1)
router = APIRouter()

DAYS = 30
"""The overview looks at so many days."""
_RUNS, _FAILED = 20, 5
_LIMITS = (0, 0.01, 0.05, 0.25)
"""The shares of missing intervals between the levels of the calendar."""


@dataclass(frozen=True)
class Days:
    """The published days: the newest one with its summary, and the last 30 days with their coverage."""

    newest: date
    number: int
    coverage: Mapping[date, DayCoverage | None]
    summary: Mapping[str, Any] | None
    stale: Sequence[date]
    """The days of the last 30 that have no publication, from the first published day on."""
    weeks: Sequence[Sequence[date | None]]
    """The days of the calendar by weeks from Monday on, the earliest first. None is a day outside."""

    def level(self, day: date) -> str:
        """Returns how a day is drawn: `none`, `unknown`, or a level from 0 (complete) to 4."""
        if day not in self.coverage:
            return "none"
        found = self.coverage[day]
        if found is None or not found.expected:
            return "unknown"
        share = (found.expected - found.received) / found.expected
        return str(sum(share > limit for limit in _LIMITS))


@dataclass(frozen=True)
class OpenAlarms:
    """The open and acknowledged alarms by check. `counted_at` says when, where they are not counted now."""

    by_code: Mapping[str, int]
    counted_at: datetime | str | None = None

    @property
    def total(self) -> int:
        """The number of all of them."""
        return sum(self.by_code.values())


@dataclass(frozen=True)
class PipelineRuns:
    """The newest run with its day, and the latest runs that failed."""

    newest: RunDetails | None
    failed: Sequence[RunDetails]
    running: int


@router.get("/")
def overview(view: ViewDep, data: DataDep) -> HTMLResponse:
    """Shows the state of the system."""
    today = local_date(view.needs.now(), view.needs.zone)
    sources: dict[str, Callable[[], Any]] = {
        "days": lambda: _days(data, today),
        "runs": lambda: _runs(data.runs.latest(_RUNS), data.runs.details),
        "alarms": lambda: _alarms(data),
        "dead": data.dead_letters.counts,
        "tasks": data.health.tasks,
        "firing": data.health.firing,
    }
    with ThreadPoolExecutor(len(sources)) as pool:
        found = dict(zip(sources, pool.map(attempt, sources.values()), strict=True))
    return view.page("overview.html", found=found, today=today, codes=CODES)


def _days(data: Data, today: date) -> Days | None:
    numbers = data.publications.days()
    if not numbers:
        return None
    newest, first = next(iter(numbers)), min(numbers)
    last = today - timedelta(days=1)
    window = [last - timedelta(days=back) for back in range(DAYS)]
    stale = [day for day in window if day >= first and day not in numbers]
    if newest not in window:
        window = [newest - timedelta(days=back) for back in range(DAYS)]
    chosen = [(day, numbers[day]) for day in window if day in numbers]
    return Days(
        newest=newest,
        number=numbers[newest],
        coverage=data.coverage.of_days(chosen),
        summary=data.summaries.of(newest, numbers[newest]),
        stale=stale,
        weeks=_weeks(window),
    )


def _weeks(window: Sequence[date]) -> list[list[date | None]]:
    first, last = min(window), max(window)
    monday = first - timedelta(days=first.weekday())
    days = [monday + timedelta(days=index) for index in range((last - monday).days + 1)]
    shown: list[date | None] = [day if day >= first else None for day in days]
    shown += [None] * (-len(shown) % 7)
    return [shown[index : index + 7] for index in range(0, len(shown), 7)]


def _runs(latest: Sequence[Run], details: Callable[[Run], RunDetails]) -> PipelineRuns:
    failed = [run for run in latest if run.status not in ("SUCCEEDED", "RUNNING", "PENDING_REDRIVE")][:_FAILED]
    with ThreadPoolExecutor(_FAILED + 1) as pool:
        found = list(pool.map(details, [*latest[:1], *failed]))
    running = sum(run.status == "RUNNING" for run in latest)
    return PipelineRuns(found[0] if latest else None, found[1:] if latest else [], running)


def _alarms(data: Data) -> OpenAlarms:
    """Counts the names now. Where there are more than the console lists, the newest summary has the numbers."""
    names, is_cut = data.alarms.alive()
    if is_cut:
        for day, number in list(data.publications.days().items())[:1]:
            summary = data.summaries.of(day, number)
            if summary:
                opened = summary["alarms"]["open"]
                return OpenAlarms(
                    {code: sum(states.values()) for code, states in opened.items()}, summary["published_at"]
                )
    return OpenAlarms(Counter(name.code for name in names))
