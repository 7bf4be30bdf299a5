"""This module defines the local day, and how an instant is written."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# RFC 3339, section 5.6, with capital letters and without leap seconds.
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def format_instant(instant: datetime) -> str:
    """Writes an aware time as RFC 3339 in UTC with `Z`, for example `2026-03-28T23:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_instant(text: object) -> datetime:
    """Reads an RFC 3339 time with an offset. Returns it in UTC. Raises `ValueError` for anything else."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("is no RFC 3339 time with an offset, such as 2026-03-28T23:00:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True)
class LocalDay:
    """A calendar day of a zone. It lasts 24 h, or between 22 h and 26 h where the clocks change.

    Its intervals depend on the metering point (`domain.intervals`).
    """

    date: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first instant of the day, in UTC."""
        return _midnight(self.date, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after the day, in UTC."""
        return _midnight(self.date + timedelta(days=1), self.zone)

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
