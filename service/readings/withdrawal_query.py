"""Parses the query of a withdrawal: the intervals whose readings are withdrawn."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.days import LocalDay, local_date
from domain.intervals import interval_starts
from domain.readings import MAX_READINGS_PER_REQUEST
from service.problems import ItemError
from service.readings import parser
from service.readings.query import Query, time
from service.readings.times import Terms, judge_starts, judge_year

_LONGEST = timedelta(hours=MAX_READINGS_PER_REQUEST)
"""Longer ranges have too many intervals at every length."""


def parse(parameters: Sequence[tuple[str, str]], terms: Terms) -> tuple[list[datetime], datetime | None]:
    """Returns the starts of the intervals that begin from `from` on and before `to`, and `reported_at`.

    Raises a 422 problem that lists every fault. The intervals obey the rules for the starts of readings.
    """
    query = Query(parameters, ("from", "to", "reported_at"))
    start = query.require("from", _instant, terms.now)
    end = query.require("to", time, terms.now)
    reported = query.read("reported_at", lambda value: _reported_at(value, terms), None)
    query.refuse_faults()
    starts = _starts(start, end, terms) if end - start <= _LONGEST else [start] * (MAX_READINGS_PER_REQUEST + 1)
    if not starts:
        query.errors.append(ItemError("to", "leaves no interval that begins from `from` on"))
    elif len(starts) > MAX_READINGS_PER_REQUEST:
        query.errors.append(ItemError("to", f"leaves more than {MAX_READINGS_PER_REQUEST} intervals"))
    else:
        try:
            judge_starts(starts[0], starts[-1], terms)
        except ValueError as error:
            query.errors.append(ItemError("from", f"leaves an interval that {error}"))
    query.refuse_faults()
    return starts, reported


def _instant(value: str) -> datetime:
    instant = time(value)
    judge_year(instant)
    return instant


def _reported_at(value: str, terms: Terms) -> datetime | None:
    return parser.reported_at(value, terms) if " " not in value else time(value)


def _starts(start: datetime, end: datetime, terms: Terms) -> list[datetime]:
    grid = terms.grid
    first, last = local_date(start, grid.zone), local_date(max(start, end), grid.zone)
    days = [LocalDay(first + timedelta(days=number), grid.zone) for number in range((last - first).days + 1)]
    return [each for day in days for each in interval_starts(day, grid.lengths) if start <= each < end]
