"""A metering point's readings cover intervals of one length. The length can change, and old days keep theirs.

The grid of a length begins at each local midnight. It differs from a grid of UTC only where the zone's offset is no
multiple of the length, such as hours in India. Where the length does not divide the day, such as hours on a day of
23.5 h, the last interval of the day is shorter. So no interval lies in 2 days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.days import LocalDay, format_instant, local_date, parse_instant

MINUTES = (5, 10, 15, 30, 60)
"""The lengths that a metering point can have, in minutes."""

FINEST = timedelta(minutes=5)
"""Every start of every length is on the grid of this length."""

_ENTRY = re.compile(r"(?P<minutes>[0-9]{1,2})@(?P<since>.*)")


class InvalidLengthsError(ValueError):
    """A value does not say interval lengths. The text has the reason."""


@dataclass(frozen=True)
class IntervalLengths:
    """The interval length of a metering point at each instant, in minutes."""

    first: int = 15
    """The length before the first change."""
    changes: tuple[tuple[datetime, int], ...] = ()
    """The instants (UTC) from which another length counts, ascending, with that length.

    A change at a local midnight leaves no gap. After a change at another instant, the first interval is the first one
    that starts on the new length's grid.
    """

    def __post_init__(self) -> None:
        """Raises `InvalidLengthsError`."""
        lengths = [self.first, *(minutes for _, minutes in self.changes)]
        if wrong := [minutes for minutes in lengths if minutes not in MINUTES]:
            raise InvalidLengthsError(f"has {wrong[0]} minutes, none of {', '.join(map(str, MINUTES))}")
        since = [instant for instant, _ in self.changes]
        if since != sorted(set(since)):
            raise InvalidLengthsError("has changes of length that are not in ascending order")

    def at(self, instant: datetime) -> int:
        """Returns the length in minutes that counts at an aware time."""
        found = self.first
        for since, minutes in self.changes:
            if since > instant:
                break
            found = minutes
        return found

    def within(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, int]]:
        """Yields the parts of `start` to `end` with one length each: start, end, minutes."""
        edges = [start, *(since for since, _ in self.changes if start < since < end), end]
        for since, until in pairwise(edges):
            yield since, until, self.at(since)

    def encode(self) -> str:
        """Writes `15`, or `15@,60@2026-11-01T23:00:00Z` where the length is 60 minutes from that instant on."""
        if not self.changes:
            return str(self.first)
        return f"{self.first}@," + ",".join(f"{minutes}@{format_instant(since)}" for since, minutes in self.changes)

    @classmethod
    def decode(cls, text: str) -> "IntervalLengths":
        """Reads the text that `encode` writes. Raises `InvalidLengthsError`."""
        return _decoded(text)


QUARTER_HOURS = IntervalLengths()
"""The lengths of a metering point that states none."""


def interval_starts(day: LocalDay, lengths: IntervalLengths = QUARTER_HOURS) -> tuple[datetime, ...]:
    """Returns the starts of the day's intervals, in UTC and in order.

    A day of 24 h has 96 quarter-hours. A day with a change of the clocks has 88 to 104 of them.
    """
    return _starts(day, lengths)


def is_on_grid(instant: datetime, minutes: int, zone: ZoneInfo) -> bool:
    """Returns whether an aware time is the start of an interval. Raises `ValueError` for a naive time."""
    if instant.tzinfo is None:
        raise ValueError("a time without its offset is on no grid")
    return (instant - _day_of(instant, zone).start) % timedelta(minutes=minutes) == timedelta(0)


def nearest_start(instant: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """Returns the start of an interval that is nearest to an aware time, the earlier one of 2 that are equally near."""
    day, length = _day_of(instant, zone), timedelta(minutes=minutes)
    before = day.start + (instant - day.start) // length * length
    after = min(before + length, day.end)
    return before if instant - before <= after - instant else after


def interval_end(start: datetime, minutes: int, zone: ZoneInfo) -> datetime:
    """Returns the end of the interval that begins at `start` (aware, on the grid)."""
    return min(start + timedelta(minutes=minutes), _day_of(start, zone).end)


def _day_of(instant: datetime, zone: ZoneInfo) -> LocalDay:
    return LocalDay(local_date(instant, zone), zone)


@lru_cache(maxsize=1_000)
def _starts(day: LocalDay, lengths: IntervalLengths) -> tuple[datetime, ...]:
    starts: list[datetime] = []
    for since, until, minutes in lengths.within(day.start, day.end):
        length = timedelta(minutes=minutes)
        start = day.start - (day.start - since) // length * length  # the first one on the grid, not before `since`
        while start < until:
            starts.append(start)
            start += length
    return tuple(starts)


@lru_cache(maxsize=10_000)
def _decoded(text: str) -> IntervalLengths:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return IntervalLengths(int(text))
    entries = [_ENTRY.fullmatch(entry) for entry in text.split(",")]
    if len(entries) == 1 or entries[0] is None or entries[0]["since"] or None in entries:
        raise InvalidLengthsError(f"no interval lengths: {text[:80]!r}")
    try:
        changes = tuple((parse_instant(entry["since"]), int(entry["minutes"])) for entry in entries[1:] if entry)
    except ValueError as error:
        raise InvalidLengthsError(f"no interval lengths: {text[:80]!r}: {error}") from error
    return IntervalLengths(int(entries[0]["minutes"]), changes)
