"""Parses the query of a page of days: `from` and `to`, local dates, both included."""

from collections.abc import Sequence
from datetime import date, timedelta

from service.problems import ItemError
from service.readings.query import Query

MOST_DAYS = 366
DEFAULT_DAYS = 31


def parse(parameters: Sequence[tuple[str, str]], oldest: date, today: date) -> list[date]:
    """Returns the dates from `from` to `to`, in order. The default is the last 31 days up to today.

    Raises a 422 problem for dates before `oldest` or after `today`, and for more than 366 days.
    """
    query = Query(parameters, ("from", "to"))
    last = query.read("to", _date, today)
    before = timedelta(days=DEFAULT_DAYS - 1)
    first = query.read("from", _date, max(oldest + before, last) - before)  # a day before `last` may not exist
    if not query.errors:
        if first > last:
            query.errors.append(ItemError("from", "is later than to"))
        elif first < oldest:
            query.errors.append(ItemError("from", f"is past the readings' retention: the oldest day is {oldest}"))
        elif last > today:
            query.errors.append(ItemError("to", f"is in the future: today is {today}"))
        elif (last - first).days >= MOST_DAYS:
            query.errors.append(ItemError("to", f"leaves more than {MOST_DAYS} days"))
    query.refuse_faults()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _date(value: str) -> date:
    # `fromisoformat` alone takes week dates too.
    if len(value) == 10 and value.isascii() and value[4] == value[7] == "-" and value.replace("-", "").isdigit():
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("must be a date such as 2026-11-23")
