"""This module decides which day a pipeline run is for."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.days import LocalDay, local_date

EARLIEST = date(1970, 1, 1)
"""The first day. No reading is older."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class InvalidDate(ValueError):  # noqa: N818  the state machine's contract has this name
    """The input names no day that a run can process. The state machine knows this error by its name."""


def resolve_date(event: object, zone: ZoneInfo, now: datetime) -> date:
    """Returns the day for the first step.

    The input's `date` decides. Without it, the day is the day before a scheduled event's `time` in the zone. With
    neither, the day is yesterday in the zone.

    `now` is aware. Raises `InvalidDate` for a malformed input, and for a day that is not over yet. Such a day lacks
    readings that nobody could have sent, so its alarms would be false.
    """
    fields = _fields(event)
    if "date" in fields:
        day = parse_date(fields["date"])
    elif "time" in fields:
        day = _day_before(fields["time"], zone)
    else:
        day = local_date(now, zone) - timedelta(days=1)
    return _processable(day, zone, now)


def required_date(event: object, zone: ZoneInfo, now: datetime) -> date:
    """Returns the day for a later step. It must be the input's `date`, which the step before has named."""
    fields = _fields(event)
    if "date" not in fields:
        raise InvalidDate('the input has no "date"')
    return _processable(parse_date(fields["date"]), zone, now)


def parse_date(text: object) -> date:
    """Reads `YYYY-MM-DD` and nothing else (`date.fromisoformat` also takes `20260329` and `2026-W13-7`)."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise InvalidDate(f"a date is written YYYY-MM-DD, not {_shown(text)}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidDate(f"{text} is no date: {error}") from error


def _fields(event: object) -> Mapping[str, object]:
    if not isinstance(event, Mapping):
        raise InvalidDate(f"the input is a JSON object, not {_shown(event)}")
    return event


def _day_before(text: object, zone: ZoneInfo) -> date:
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
        if time is not None and time.tzinfo is not None:
            return local_date(time, zone) - timedelta(days=1)
    except (ValueError, OverflowError):  # not a time, or a time at the end of the range of years
        pass
    raise InvalidDate(f'the scheduled event\'s "time" is RFC 3339 with an offset, not {_shown(text)}')


def _processable(day: date, zone: ZoneInfo, now: datetime) -> date:
    if day < EARLIEST:
        raise InvalidDate(f"{day} is before {EARLIEST}, the first day that a run can process")
    if day > local_date(now, zone):
        raise InvalidDate(f"{day} is in the future in {zone}")
    if not LocalDay(day, zone).is_over(now):
        raise InvalidDate(f"{day} is not over yet in {zone}")
    return day


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."
