"""This module defines the interval grid and the local day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

INTERVAL = timedelta(minutes=15)
"""A reading covers one quarter-hour. The start of the quarter-hour names it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_on_grid(instant: datetime) -> bool:
    """Returns whether an aware time is the start of a quarter-hour. Raises `ValueError` for a naive time."""
    if instant.tzinfo is None:
        raise ValueError("a time without its offset is on no grid")
    return (instant - _EPOCH) % INTERVAL == timedelta(0)


def format_instant(instant: datetime) -> str:
    """Writes an aware time as RFC 3339 in UTC with `Z`, for example `2026-03-28T23:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class LocalDay:
    """A calendar day of a zone. It has 96 quarter-hours, or 92 or 100 when the clocks change by 1 hour."""

    date: date
    zone: ZoneInfo
    interval: timedelta = INTERVAL

    @property
    def start(self) -> datetime:
        """The first instant of the day, in UTC."""
        return _midnight(self.date, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the day, in UTC."""
        return _midnight(self.date + timedelta(days=1), self.zone)

    @cached_property
    def intervals(self) -> tuple[datetime, ...]:
        """The starts of the day's intervals, in UTC and in order."""
        return tuple(self.start + n * self.interval for n in range((self.end - self.start) // self.interval))

    def is_over(self, now: datetime) -> bool:
        """Returns whether all intervals of the day have ended at `now` (aware)."""
        return self.end <= now


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """Returns the calendar date of an aware time in the zone."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=1_000)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where the clocks change at midnight, midnight can come twice. fold=0 is the earlier one (PEP 495).
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
