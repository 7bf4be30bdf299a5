"""A metering point: load curve, profile, production, voltage, quality and corrections, now and as known before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import RedirectResponse

from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from operations.console.data import DataDep
from operations.console.errors import NotFoundError
from operations.console.points.drawings import Draughtsman
from operations.console.points.periods import VIEWS, Period
from operations.console.points.report import report_of
from operations.console.points.series import profile
from operations.console.view import Page, ViewDep

PAGE = Page("metering_points", "/metering-points", order=40)
router = APIRouter()

MOST_FOUND = 20
MOST_ROWS = 400
"""So many intervals of a correction are listed. A day of 5 minutes has 288."""


@dataclass(frozen=True)
class Asked:
    """The period that has the day, and the index of the state as known before. By default both are the newest."""

    period: Annotated[str, Query(pattern=f"^({'|'.join(VIEWS)})$")] = "week"
    day: Annotated[date | None, Query()] = None
    state: Annotated[int | None, Query(ge=0)] = None


@router.get("/metering-points")
def search(view: ViewDep, data: DataDep, q: str = "") -> Response:
    """Finds metering points by the beginning of their number. A whole number leads to its page."""
    asked = "".join(q.split()).upper()
    newest = next(iter(data.publications.days()), None)
    found: Sequence[str] = []
    if newest is not None:
        found = data.metering_points.numbers(asked, data.publications.newest(newest), MOST_FOUND + 1)
    if asked and asked in found[:1]:
        return RedirectResponse(f"{PAGE.path}/{asked}", status_code=303)
    return view.page(
        "metering_points.html",
        asked=asked,
        is_number=_is_number(asked),
        found=found[:MOST_FOUND],
        more=len(found) > MOST_FOUND,
        newest=newest,
    )


@router.get("/metering-points/{number}")
def metering_point(view: ViewDep, data: DataDep, number: str, asked: Annotated[Asked, Depends()]) -> Response:
    """Shows one period of a metering point. htmx asks for the part below the search alone."""
    if not _is_number(number):
        raise NotFoundError("no_metering_point", number=number[:40])
    days = data.publications.days()
    if not days:
        raise NotFoundError("no_days")
    chosen = Period.around(asked.period, asked.day or next(iter(days)))
    report = report_of(data.metering_points, number, chosen, asked.state, view.needs.zone)
    day = max(chosen.first, min(asked.day or max(days), chosen.last))
    draughtsman = Draughtsman(view.text("metering_points"), view.formats)
    return view.page(
        "_metering_point.html" if view.is_fragment else "metering_point.html",
        texts="metering_points",
        report=report,
        draw=draughtsman,
        profile=profile(report.intervals, view.needs.zone, "consumption_kwh"),
        views=[(each, Period.around(each, day)) for each in VIEWS],
        corrected=report.corrected(),
        most_rows=MOST_ROWS,
        bounds=(min(days), max(days)),
    )


def _is_number(text: str) -> bool:
    try:
        parse_metering_point(text)
    except InvalidMeteringPointError:
        return False
    return True
