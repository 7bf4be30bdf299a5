"""The intervals of a day for which a customer owes a reading."""

from datetime import datetime
from functools import lru_cache

from domain.days import LocalDay
from domain.intervals import IntervalLengths, interval_end, interval_starts
from domain.supply import Supply


@lru_cache(maxsize=1_000)
def due_starts(day: LocalDay, lengths: IntervalLengths, supply: Supply) -> tuple[datetime, ...]:
    """Returns the starts of the due intervals, in UTC and in order.

    The length and the supply are the ones of that day. An interval is due where it lies wholly inside the supply. A
    customer who moves in at 10:07 owes the first quarter-hour from 10:15.
    """
    starts = interval_starts(day, lengths)
    if supply.contains(day.start, day.end):
        return starts
    return tuple(start for start in starts if supply.contains(start, interval_end(start, lengths.at(start), day.zone)))
