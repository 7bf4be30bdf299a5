"""The interval grid and the local day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

INTERVAL = timedelta(minutes=15)
"""A reading covers one quarter-hour, named by its start."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_on_grid(instant: datetime) -> bool:
    """Whether an aware time is the start of a quarter-hour. Raises `ValueError` for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a time without its offset is on no grid")
    return (instant - _EPOCH) % INTERVAL == timedelta(0)


def format_instant(instant: datetime) -> str:
    """An aware time as RFC 3339 in UTC with `Z`, e.g. `2026-03-28T23:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class LocalDay:
    """A calendar day of a zone: 96 quarter-hours, 92 and 100 on the days when the clocks change."""

    date: date
    zone: ZoneInfo
    interval: timedelta = INTERVAL

    @property
    def start(self) -> datetime:
        """Its first instant, in UTC."""
        return _midnight(self.date, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after it, in UTC."""
        return _midnight(self.date + timedelta(days=1), self.zone)

    @cached_property
    def intervals(self) -> tuple[datetime, ...]:
        """The starts of its intervals, in UTC and in order."""
        return tuple(self.start + n * self.interval for n in range((self.end - self.start) // self.interval))

    def is_over(self, now: datetime) -> bool:
        """Whether every one of its intervals has ended at `now` (aware)."""
        return self.end <= now


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar date of an aware time in the zone."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=1_000)
def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where the clocks change at midnight, fold=0 is the earlier reading of it (PEP 495): the day's start.
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
