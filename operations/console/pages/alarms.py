"""The list of alarms with its filters. One or many are acknowledged, or cleared with a reason."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse

from domain.alarms import Alarm, Change, Move
from domain.findings import CHECKS, Severity
from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from domain.pipeline_dates import InvalidDate, parse_date
from operations.alarms import MOVES
from operations.console.data import Data, DataDep
from operations.console.data.alarms import PAGE as SIZE
from operations.console.data.alarms import STATES, AlarmPage, Filter, name_of
from operations.console.errors import Fault, RefusedError, attempt
from operations.console.view import Page, View, ViewDep

PAGE = Page("alarms", "/alarms", order=3)
router = APIRouter()

CODES = tuple(check.code for check in CHECKS if check.severity is Severity.ALARM)
LONGEST_REASON = 500
_AT_ONCE = 8


@dataclass(frozen=True)
class Asked:
    """The filter as the reader typed it, and what is wrong with it."""

    state: str = "open"
    check: str = ""
    day: str = ""
    number: str = ""
    fault: str = ""
    """The name of the wrong field, or an empty text."""

    def filter(self) -> Filter:
        """Returns the filter. A wrong value finds nothing, so the caller looks at `fault` first."""
        return Filter(self.state, self.check, parse_date(self.day) if self.day else None, self.number)

    def query(self, **other: str) -> str:
        """Returns the query of an address, with other values in place of some."""
        values = {"state": self.state, "check": self.check, "date": self.day, "number": self.number} | other
        return urlencode(
            {name: value for name, value in values.items() if value and (name, value) != ("state", "open")}
        )


@dataclass(frozen=True)
class Outcome:
    """What a change did to the marked alarms."""

    move: str
    done: list[Alarm]
    failed: list[tuple[str, Fault]]
    missing: str = ""
    """`alarms` where none was marked, `reason` where a reason is missing."""


@router.get("/alarms")
def alarms(
    *,
    view: ViewDep,
    data: DataDep,
    state: str = "open",
    check: str = "",
    day: Annotated[str, Query(alias="date")] = "",
    number: str = "",
    after: str = "",
) -> HTMLResponse:
    """Shows a page of the list."""
    return _listed(view, data, asked(state, check, day, number), after)


@router.post("/alarms")
def change(
    *,
    view: ViewDep,
    data: DataDep,
    action: Annotated[str, Form()],
    alarm: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies it
    reason: Annotated[str, Form()] = "",
    state: Annotated[str, Form()] = "open",
    check: Annotated[str, Form()] = "",
    day: Annotated[str, Form(alias="date")] = "",
    number: Annotated[str, Form()] = "",
) -> HTMLResponse:
    """Changes the marked alarms, and shows the list with what was done."""
    return _listed(view, data, asked(state, check, day, number), outcome=changed(view, data, action, alarm, reason))


def changed(view: View, data: Data, action: str, names: list[str], reason: str) -> Outcome:
    """Makes a person's move on each alarm. One that fails does not stop another one. Raises `RefusedError`."""
    move = MOVES.get(action)
    reason = reason.strip()
    if move is None:
        raise RefusedError("no_action", action=action[:40])
    if len(reason) > LONGEST_REASON or len(names) > 2 * SIZE:
        raise RefusedError("too_long", most=LONGEST_REASON)
    if not names:
        return Outcome(action, [], [], "alarms")
    if move is Move.DISMISS and not reason:
        return Outcome(action, [], [], "reason")
    now = Change(view.needs.now(), by=view.needs.person, reason=reason)

    def one(name: str) -> Alarm:
        return data.desk.change(data.alarms.get(name_of(name)), move, now)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(zip(names, pool.map(lambda name: attempt(lambda: one(name)), names), strict=True))
    data.alarms.forget()
    done = [answer.value for _, answer in answers if answer.value]
    return Outcome(action, done, [(name, answer.fault) for name, answer in answers if answer.fault])


def asked(state: str, check: str, day: str, number: str) -> Asked:
    """Reads the fields of the filter."""
    found = Asked(state, check, day.strip(), number.strip().upper())
    if state not in STATES:
        return replace(found, fault="state")
    if check and check not in CODES:
        return replace(found, fault="check")
    try:
        if found.day:
            parse_date(found.day)
        if found.number:
            parse_metering_point(found.number)
    except InvalidDate:
        return replace(found, fault="date")
    except InvalidMeteringPointError:
        return replace(found, fault="number")
    return found


def _listed(view: View, data: Data, found: Asked, after: str = "", outcome: Outcome | None = None) -> HTMLResponse:
    page = AlarmPage([]) if found.fault else data.alarms.page(found.filter(), after)
    days = data.publications.days() if not page.alarms and not outcome else {}
    return view.page(
        "alarms.html",
        status=422 if found.fault or (outcome and outcome.missing) else 200,
        asked=found,
        page=page,
        after=after,
        states=STATES,
        codes=CODES,
        outcome=outcome,
        is_empty=not days,
        last_day=next(iter(days), None),
        longest_reason=LONGEST_REASON,
    )
