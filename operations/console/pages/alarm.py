"""One alarm: why it is there, the day with its like days, the publications, and what people did.

The path `/alarms/<metering point>/<date>/<check>` never changes, so the administrator's mail can name it. An alarm's id
leads to it too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from domain.alarm_silence import SILENCE
from domain.alarms import MOVES as LEGAL
from domain.alarms import Alarm, Move
from domain.days import format_instant
from domain.findings import BY_CODE
from operations.console.charts import day_charts
from operations.console.data import Data, DataDep
from operations.console.data.alarms import AlarmName, name_of
from operations.console.data.metering_days import DaySummary, Interval, MeteringDay
from operations.console.errors import NotFoundError, RefusedError, attempt
from operations.console.pages.alarms import LONGEST_REASON, changed
from operations.console.view import Page, View, ViewDep
from operations.explain import Explainer, ExplainError, days_of
from operations.explanation import Explanation
from operations.judged_days import PublishedDays

PAGE = Page("alarm", "/alarms/{number}/{day}/{code}")
router = APIRouter()
MOST_PUBLICATIONS = 20
"""The publications of a day that the page compares, the newest ones."""


def _name(number: str, day: str, code: str) -> AlarmName:
    return name_of(f"{number}/{day}/{code}")


NameDep = Annotated[AlarmName, Depends(_name)]


@dataclass(frozen=True)
class DayPart:
    """A day of the alarm as the newest publication has it."""

    day: MeteringDay
    like: Sequence[DaySummary]
    charts: Sequence[str]
    named: Sequence[Interval]
    """The intervals that the alarm is about: the missing ones, or the ones that its finding names."""


@dataclass(frozen=True)
class Revision:
    """The metering point's day in one publication, and how many values differ from the publication before."""

    number: int
    published_at: Any
    summary: DaySummary | None
    changed: int | None


@router.get("/alarms/{identity}")
def by_id(data: DataDep, identity: str) -> Response:
    """Leads from an alarm's id, or its first characters, to its page."""
    return RedirectResponse(data.alarms.named(identity).path, status_code=303)


@router.get("/alarms/{number}/{day}/{code}")
def alarm(view: ViewDep, data: DataDep, name: NameDep, on: str = "") -> Response:
    """Shows the alarm. `on` is another day of a silence. A day inside of a silence leads to it."""
    try:
        return _page(view, data, name, on)
    except NotFoundError:
        if name.code != SILENCE:
            raise
        for each in data.alarms.covering(name.number, name.date):
            if each.code == SILENCE:
                return RedirectResponse(f"{AlarmName.of(each).path}?on={name.date}", status_code=303)
        raise


@router.post("/alarms/{number}/{day}/{code}")
def change(
    view: ViewDep,
    data: DataDep,
    name: NameDep,
    action: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Acknowledges or clears the alarm, and shows it."""
    return _page(view, data, name, outcome=changed(view, data, action, [name.text], reason))


@router.get("/alarms/{number}/{day}/{code}/state")
def state(*, view: ViewDep, data: DataDep, name: NameDep, sequence: int = 0) -> Response:
    """Returns the state for an open page, which asks again and again. 204 where it is the same."""
    found = data.alarms.get(name)
    if found.sequence == sequence:
        return Response(status_code=204)
    return view.page(
        "_alarm_state.html",
        texts="alarm",
        alarm=found,
        moves=_moves(found),
        name=AlarmName.of(found),
        longest_reason=LONGEST_REASON,
        fresh=True,
    )


@router.post("/alarms/{number}/{day}/{code}/again")
def again(view: ViewDep, data: DataDep, name: NameDep) -> HTMLResponse:
    """Judges the alarm's days again, out of published objects alone."""
    found = data.alarms.get(name)
    explanations = explained(data, found)
    if view.is_fragment:
        return view.page("_alarm_again.html", texts="alarm", alarm=found, explanations=explanations)
    return _page(view, data, AlarmName.of(found), explanations=explanations)


def explained(data: Data, found: Alarm) -> list[Explanation]:
    """Makes the findings of an alarm again. Raises `RefusedError` where its objects do not have them."""
    outputs = data.needs.outputs
    try:
        with PublishedDays.opened(data.needs.client("s3"), outputs["enriched_bucket"], outputs["time_zone"]) as days:
            return list(map(Explainer(days).explain, days_of(found)))
    except ExplainError as error:
        raise RefusedError("not_explained", why=str(error)) from error


def _page(
    view: View, data: Data, name: AlarmName, on: str = "", *, outcome: Any = None, explanations: Any = None
) -> HTMLResponse:
    found = data.alarms.get(name)
    days = sorted(found.found.publications) or [str(name.date)]
    shown = on if on in days else days[-1]
    part = attempt(lambda: _day_part(view, data, found, date.fromisoformat(shown)))
    return view.page(
        "alarm.html",
        status=422 if outcome and outcome.missing else 200,
        alarm=found,
        name=name,
        check=BY_CODE.get(found.code),
        days=days,
        shown=date.fromisoformat(shown),
        part=part,
        revisions=attempt(lambda: _revisions(data, date.fromisoformat(shown), name.number)),
        moves=_moves(found),
        explanations=explanations,
        longest_reason=LONGEST_REASON,
        outcome=outcome,
        fresh=False,
    )


def _moves(found: Alarm) -> list[str]:
    """Returns the moves that a person can make now."""
    moves = {"acknowledge": Move.ACKNOWLEDGE, "clear": Move.DISMISS}
    return [name for name, move in moves.items() if (found.state, move) in LEGAL]


def _day_part(view: View, data: Data, found: Alarm, day: date) -> DayPart:
    metering = data.metering_days.day(data.publications.newest(day), found.metering_point)
    like = data.metering_days.like_days(metering, found.metering_point)
    named = {start for each in metering.findings if each.code == found.code for start in each.intervals}
    named |= set(found.found.intervals)
    about = [each for each in metering.intervals if each.is_missing or format_instant(each.start) in named]
    return DayPart(metering, like, day_charts(view, metering, like, named), about)


def _revisions(data: Data, day: date, number: str) -> list[Revision]:
    """Returns the day's publications with the metering point's numbers, the newest first."""
    numbers = data.publications.numbers(day)[-MOST_PUBLICATIONS:]
    revisions: list[Revision] = []
    former: dict[Any, Any] | None = None
    for each in numbers:
        publication = data.publications.read(day, each)
        metering = data.metering_days.day(publication, number)
        values = {interval.start: interval.kwh for interval in metering.intervals if interval.kwh is not None}
        differing = None
        if former is not None:
            differing = sum(values.get(start) != former.get(start) for start in values.keys() | former.keys())
        summary = data.metering_days.summary(publication, number)
        revisions.append(Revision(each, publication.published_at, summary, differing))
        former = values
    return revisions[::-1]
