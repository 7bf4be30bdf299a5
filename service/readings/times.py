"""Judges the times that a caller sends, and puts the starts of readings on the grid of the metering point."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from domain.days import format_instant
from domain.intervals import IntervalLengths, nearest_start
from domain.supply import ALWAYS, Supply

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No meter that reports intervals is older. An earlier time comes from a clock that was never set."""

_TOO_EARLY = f"is before {EARLIEST:%Y-%m-%d}"
_IN_THE_FUTURE = "is in the future"

# RFC 3339, section 5.6. The offset is optional here, so that a missing offset gets its own reason.
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?"
)

LONGEST_TIME = 64
FORM = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
"""The form of a time. The grid and the clock tolerance are the metering point's and the deployment's."""


@dataclass(frozen=True)
class Grid:
    """The starts that a metering point's intervals can have. A start that lies `tolerance` off is put on the grid."""

    lengths: IntervalLengths
    zone: ZoneInfo
    tolerance: timedelta


@dataclass(frozen=True)
class Terms:
    """A batch is judged at `now`. Readings that start before `oldest` are past retention. All times are aware.

    Readings must have a part inside `supply`. They are taken for `grace` after its end.
    """

    now: datetime
    oldest: datetime
    grid: Grid
    supply: Supply = ALWAYS
    grace: timedelta = timedelta(days=30)


def parse_time(value: Any) -> datetime:
    """Returns the instant in UTC of an RFC 3339 string with an offset, to the microsecond.

    Raises `ValueError` with the reason for anything else, also for a time without an offset.
    """
    match = _RFC_3339.fullmatch(value) if isinstance(value, str) and len(value) <= LONGEST_TIME else None
    if match is None:
        raise ValueError("must be an RFC 3339 time such as 2026-11-23T10:15:00+01:00")
    if match["offset"] is None:
        raise ValueError("must have an offset from UTC, such as Z or +01:00")
    if len((match["fraction"] or "").rstrip("0")) > 6:
        raise ValueError("must not be finer than a microsecond")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a time that exists") from None


@lru_cache(maxsize=32)
def starts_on(grid: Grid) -> Callable[[str], datetime]:
    """Returns `_interval_start` for one grid. Meters report the same few instants, so the results are cached."""
    return lru_cache(maxsize=20_000)(partial(_interval_start, grid))


def _interval_start(grid: Grid, text: str) -> datetime:
    """Returns the instant in UTC on the grid that an RFC 3339 text stands for. Raises `ValueError` with the reason."""
    instant = parse_time(text)
    judge_year(instant)
    minutes = grid.lengths.at(instant)
    start = nearest_start(instant, minutes, grid.zone)
    if abs(start - instant) > grid.tolerance:
        tolerance = f", {grid.tolerance.total_seconds():g} s more or less" if grid.tolerance else ""
        raise ValueError(
            f"must be the start of an interval of {minutes} minutes, the length of this metering point{tolerance}"
        )
    return start


def judge_year(instant: datetime) -> None:
    """Raises `ValueError` where the local day can be outside Python's calendar, or where no meter was."""
    if instant < EARLIEST:
        raise ValueError(_TOO_EARLY)
    if instant.year == MAXYEAR:
        raise ValueError(_IN_THE_FUTURE)


def judge_starts(first: datetime, last: datetime, terms: Terms) -> None:
    """Judges interval starts from `first` to `last`. Raises `ValueError` with the reason of a refusal.

    Each interval must have a part inside the supply. It must not come too late after the end of the supply.
    """
    if last > terms.now + terms.grid.tolerance:
        raise ValueError(_IN_THE_FUTURE)
    if first < EARLIEST:
        raise ValueError(_TOO_EARLY)
    if first < terms.oldest:
        kept = format_instant(terms.oldest)
        raise ValueError(f"is past the readings' retention: the oldest that are kept start at {kept}")
    since, until = terms.supply.since, terms.supply.until
    if since is not None and first + timedelta(minutes=terms.grid.lengths.at(first)) <= since:
        raise ValueError(f"is before the supply of this customer, which begins at {format_instant(since)}")
    if until is None:
        return
    if last >= until:
        raise ValueError(f"is after the supply of this customer, which ended at {format_instant(until)}")
    if terms.now > until + terms.grace:
        taken = format_instant(until + terms.grace)
        raise ValueError(
            f"comes too late: readings of the supply that ended at {format_instant(until)} were taken until {taken}"
        )
