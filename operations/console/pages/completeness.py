"""Completeness: metering points by days, the worst first. A cell leads to the missing intervals of that day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from domain.pipeline_dates import InvalidDate, parse_date
from lambdas.reporter.charts import Caption, HeatMap, Level, heat_map
from operations.console.charts import day_charts
from operations.console.data import Data, DataDep
from operations.console.data.coverage import Matrix, Row
from operations.console.data.metering_days import Interval
from operations.console.errors import NotFoundError, RefusedError, attempt
from operations.console.formats import Formats
from operations.console.texts import Texts
from operations.console.view import Page, ViewDep

PAGE = Page("completeness", "/completeness", order=2)
router = APIRouter()

DAYS = (7, 14, 30, 60, 90)
LISTED = 50
MOST_SHARDS = 4
"""A shard has about 7,000 metering points. With more shards the page shows one of them at a time."""
_LABELLED = 60
"""Up to so many rows are high enough for their numbers."""
_MANY = 800
"""More rows are 3 pixels high."""
_WIDTHS, _ONE_WIDTH = (("wide", 1080), ("narrow", 380)), (("any", 720),)
_DRAWN = 8
"""So many drawn maps are kept."""


@dataclass(frozen=True)
class Gap:
    """Missing intervals in a row."""

    start: datetime
    end: datetime
    count: int


@dataclass(frozen=True)
class Asked:
    """What the reader asked for. `end` is the last day."""

    end: date
    days: int
    shard: int | None

    def query(self, **other: object) -> str:
        """Returns the query of an address, with other values in place of some."""
        values = {"to": self.end, "days": self.days, "shard": self.shard} | other
        return urlencode({name: value for name, value in values.items() if value is not None})


@router.get("/completeness")
def completeness(
    *,
    view: ViewDep,
    data: DataDep,
    to: str = "",
    days: int = 30,
    shard: int | None = None,
    page: int = 1,
    row: int | None = None,
    column: int | None = None,
    whole: bool = False,
) -> Response:
    """Shows the map and the list. `row` and `column` are a place of the map, which leads on to its day.

    The first view of some days reads their parts. The page then asks for the map and the list after itself, and has a
    link to the `whole` page.
    """
    numbers = data.publications.days()
    if not numbers:
        return view.page("completeness.html", asked=None)
    asked = _asked(to, days, shard, next(iter(numbers)))
    shards = _shards(data, asked, numbers)
    if asked.shard is None and shards > MOST_SHARDS:
        asked = Asked(asked.end, asked.days, 0)
    columns = [asked.end - timedelta(days=back) for back in range(asked.days - 1, -1, -1)]
    coverage, is_place = data.coverage, row is not None and column is not None
    form: dict[str, Any] = {
        "asked": asked,
        "choices": DAYS,
        "shards": shards if shards > MOST_SHARDS else 0,
        "page": page,
    }
    if not (is_place or whole or view.is_fragment or coverage.has_matrix(columns, numbers, asked.shard)):
        return view.page("completeness.html", matrix=None, **form)
    matrix = coverage.matrix(columns, numbers, asked.shard)
    if row is not None and column is not None:
        return _at(matrix, row, column)
    first = max(page - 1, 0) * LISTED
    return view.page(
        "_completeness.html" if view.is_fragment else "completeness.html",
        **form,
        matrix=matrix,
        maps=_maps(matrix, view.formats),
        listed=matrix.rows[first : first + LISTED],
        first=first,
        pages=-(-len(matrix.rows) // LISTED),
    )


@router.get("/completeness/{number}/{day}")
def missing(view: ViewDep, data: DataDep, number: str, day: str) -> HTMLResponse:
    """Shows the missing intervals of a metering point's day."""
    try:
        found, chosen = parse_metering_point(number), parse_date(day)
    except (InvalidMeteringPointError, InvalidDate) as error:
        raise NotFoundError("no_such_day", number=number[:40], day=day[:20]) from error
    publication = data.publications.newest(chosen)
    metering = data.metering_days.day(publication, found)
    like = data.metering_days.like_days(metering, found)
    return view.page(
        "missing.html",
        number=found,
        day=metering,
        date=chosen,
        gaps=list(gaps_of(metering.intervals)),
        charts=day_charts(view, metering, like, frozenset()),
        alarms=attempt(lambda: {each.code: each for each in data.alarms.covering(found, chosen)}),
    )


def gaps_of(intervals: Sequence[Interval]) -> Iterator[Gap]:
    """Yields the runs of missing intervals, in order."""
    start: datetime | None = None
    end, count = None, 0
    for each in intervals:
        if each.is_missing:
            if start is not None and end != each.start:
                yield Gap(start, end or start, count)
                start = None
            start, count = start or each.start, count + 1 if start else 1
            end = each.start + timedelta(minutes=each.minutes)
        elif start is not None:
            yield Gap(start, end or start, count)
            start, end, count = None, None, 0
    if start is not None:
        yield Gap(start, end or start, count)


def levels_of(row: Row, days: Sequence[date], published: frozenset[date]) -> list[int | None]:
    """Returns the level of each day: 0 where nothing is missing, 4 where nothing is there, None if nothing is due."""
    levels: list[int | None] = []
    for day in days:
        if day in row.cells:
            levels.append(_level(*row.cells[day]))
        else:
            levels.append(0 if day in published and day not in row.absent else None)
    return levels


def _level(expected: int, received: int) -> int:
    if not received:
        return 4
    share = (expected - received) / expected
    return 1 if share <= 0.05 else 2 if share <= 0.25 else 3


def _asked(to: str, days: int, shard: int | None, newest: date) -> Asked:
    try:
        end = parse_date(to) if to else newest
    except InvalidDate as error:
        raise RefusedError("wrong_value", name="to", why=str(error)) from error
    if days not in DAYS or (shard is not None and shard < 0):
        raise RefusedError("wrong_value", name="days", why=", ".join(map(str, DAYS)))
    return Asked(end, days, shard)


def _shards(data: Data, asked: Asked, numbers: Mapping[date, int]) -> int:
    """Returns the number of shards of the newest publication among the days."""
    first = asked.end - timedelta(days=asked.days - 1)
    newest = next((day for day in numbers if first <= day <= asked.end), None)
    return len(data.publications.newest(newest).shards) if newest else 0


def _at(matrix: Matrix, row: int, column: int) -> Response:
    if not (0 <= row < len(matrix.rows) and 0 <= column < len(matrix.days)):
        raise NotFoundError("no_page")
    day = matrix.days[column]
    if day not in matrix.published:
        raise NotFoundError("no_publication", day=day.isoformat())
    return RedirectResponse(f"/completeness/{matrix.rows[row].number}/{day}", status_code=303)


@lru_cache(_DRAWN)
def _maps(matrix: Matrix, formats: Formats) -> tuple[Markup, ...]:
    """Draws the map for wide and for narrow pages. A map of many rows is drawn once, and a phone scrolls it."""
    if not matrix.rows:
        return ()
    t = Texts(formats.language, PAGE.name)
    count = len(matrix.rows)
    height = 18 if count <= _LABELLED else 6 if count <= _MANY else 3
    chart = HeatMap(
        rows=[row.number for row in matrix.rows] if count <= _LABELLED else [],
        columns=[formats.short_day(day) for day in matrix.days],
        levels=[levels_of(row, matrix.days, matrix.published) for row in matrix.rows],
        names=[Level(level, str(t(f"level_{level}"))) for level in range(5)],
        none_name=str(t("level_none")),
    )
    about = str(t("map_about", rows=formats.number(count), days=len(matrix.days)))
    maps = []
    for name, width in _WIDTHS if count <= _MANY else _ONE_WIDTH:
        drawn = heat_map(chart, Caption(f"map-{name}", str(t("map_title")), about), width=width, row_height=height)
        maps.append(Markup('<div class="chart-{}">{}</div>').format(name, Markup(drawn)))  # noqa: S704  it is escaped
    return tuple(maps)
