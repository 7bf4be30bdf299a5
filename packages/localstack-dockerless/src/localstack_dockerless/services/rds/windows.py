"""Checks the backup window and the maintenance window of a DB instance.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html: each at least 30 minutes long, in
UTC, and not in conflict with the other. Windows that touch do not conflict: `00:00-03:00` and `mon:03:00-mon:06:00`.
"""

import re
from collections.abc import Iterable
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60  # minutes
WEEK = 7 * DAY
LEAST = 30
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_BACKUP = re.compile(f"{_CLOCK}-{_CLOCK}")
_MAINTENANCE = re.compile(f"({'|'.join(DAYS)}):{_CLOCK}-({'|'.join(DAYS)}):{_CLOCK}")
Span = tuple[int, int]  # from minute to minute of the week; the end may be in the next week


def problem(maintenance: str | None, backup: str | None) -> str | None:
    """Returns the fault of the two windows in AWS's words, or None."""
    daily, weekly = backup_spans(backup), maintenance_span(maintenance)
    if backup and not daily:
        return (
            f"Invalid backup window format: {backup}. Should be specified as a range hh24:mi-hh24:mi (24H Clock UTC)."
        )
    if maintenance and not weekly:
        return (
            f"Invalid maintenance window format: {maintenance}. Should be specified as a range "
            "ddd:hh24:mi-ddd:hh24:mi (24H Clock UTC). Example: Sun:23:45-Mon:00:15"
        )
    return _unfit(daily, weekly)


def _unfit(daily: list[Span], weekly: Span | None) -> str | None:
    if daily and _length(daily[0]) < LEAST:
        return "The backup window must be at least 30 minutes."
    if weekly and _length(weekly) < LEAST:
        return "The maintenance window must be at least 30 minutes."
    if weekly and _length(weekly) > DAY:
        return "Maintenance window must be less than 24 hours."
    if weekly and _meets(weekly, daily):
        return "The backup window and maintenance window must not overlap."
    return None


def with_windows(request: dict[str, Any]) -> dict[str, Any]:
    """Returns the request with both windows. A missing window is chosen without an overlap, as RDS does."""
    backup, maintenance = request.get("PreferredBackupWindow"), request.get("PreferredMaintenanceWindow")
    if not backup:
        daily = (_clock(hour * 60) + "-" + _clock(hour * 60 + LEAST) for hour in (13, *range(24)))
        backup = next((each for each in daily if not maintenance or problem(maintenance, each) is None), None)
    if not maintenance:
        weekly = (f"wed:{_clock(hour * 60 + 8)}-wed:{_clock(hour * 60 + 38)}" for hour in (6, *range(23)))
        maintenance = next((each for each in weekly if problem(each, backup) is None), None)
    chosen = {"PreferredBackupWindow": backup, "PreferredMaintenanceWindow": maintenance}
    return {**request, **{name: value for name, value in chosen.items() if value}}


def backup_spans(window: str | None) -> list[Span]:
    """Returns one span for each day of the week. An invalid window has none."""
    found = _BACKUP.fullmatch(window or "")
    if not found:
        return []
    start, end = _minutes(*found.groups()[:2]), _minutes(*found.groups()[2:])
    return [(day * DAY + start, day * DAY + end + (DAY if end <= start else 0)) for day in range(7)]


def maintenance_span(window: str | None) -> Span | None:
    found = _MAINTENANCE.fullmatch((window or "").lower())
    if not found:
        return None
    first, *start, last, end_hour, end_minute = found.groups()
    begin = DAYS.index(first) * DAY + _minutes(*start)
    end = DAYS.index(last) * DAY + _minutes(end_hour, end_minute)
    return begin, end + (WEEK if end <= begin else 0)


def _meets(one: Span, others: Iterable[Span]) -> bool:
    """Tells whether they share more than an instant, in this week or across its end."""
    return any(
        one[0] < other[1] + shift and other[0] + shift < one[1] for other in others for shift in (-WEEK, 0, WEEK)
    )


def _length(span: Span) -> int:
    return span[1] - span[0]


def _minutes(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
