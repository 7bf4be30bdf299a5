"""Decides which days of the pipeline to run. Days that cannot be run are refused before anything starts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.pipeline_dates import EARLIEST, InvalidDate, parse_date

MOST_DAYS = 366


class DaysError(ValueError):
    """Days cannot be run. The message has the days, the rule and an example."""


@dataclass(frozen=True)
class Calendar:
    """The days whose readings are complete and kept: from `first` to `last` in the zone `zone`."""

    zone: str
    first: date
    last: date

    @classmethod
    def of(cls, zone: str, now: datetime, retention_days: int | None = None) -> "Calendar":
        """Makes the calendar at the aware time `now`. Readings are kept for `retention_days` days before today."""
        today = now.astimezone(_zone(zone)).date()
        kept = EARLIEST if retention_days is None else today - timedelta(days=retention_days)
        return cls(zone, max(EARLIEST, kept), today - timedelta(days=1))

    def day(self, name: str, text: str) -> date:
        """Returns the day that `text` names. Raises `DaysError`, which calls the value `name`."""
        try:
            found = parse_date(text)
        except InvalidDate as error:
            raise self._error(name, text, str(error)) from None
        if found > self.last:
            raise self._error(name, text, f"{found} is not over yet")
        if found < self.first:
            raise self._error(name, text, f"the first day whose readings are kept is {self.first}")
        return found

    def _error(self, name: str, text: str, reason: str) -> DaysError:
        shown = ascii(text if len(text) <= 40 else f"{text[:37]}...")
        return DaysError(
            f"{name}={shown} is refused: use a day that is over in {self.zone}, written YYYY-MM-DD, "
            f"as in {name}={self.last} ({reason})"
        )


def asked_days(calendar: Calendar, day: str, first: str, last: str, names: tuple[str, str, str]) -> list[date]:
    """Returns the requested days: none (the state machine takes yesterday), one, or each from `first` to `last`.

    `names` are the names of `day`, `first` and `last` in messages. Raises `DaysError`.
    """
    one, begin, end = names
    if day and (first or last):
        raise DaysError(f"give either {one}, or both {begin} and {end}")
    if not first and not last:
        return [calendar.day(one, day)] if day else []
    if not (first and last):
        missing, given = (begin, end) if last else (end, begin)
        raise DaysError(f"{missing} is missing: {given} needs it, as in {begin}={first or last} {end}={last or first}")
    start, stop = calendar.day(begin, first), calendar.day(end, last)
    count = (stop - start).days + 1
    if count < 1:
        raise DaysError(f"{end}={last} is before {begin}={first}: exchange them")
    if count > MOST_DAYS:
        raise DaysError(f"{begin}={first} {end}={last} are {count:,} days: use at most {MOST_DAYS} at a time")
    return [start + timedelta(days=number) for number in range(count)]


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # A machine without time zone data: a day that is over anywhere passes, and the planner judges by its own zone.
        return timezone(timedelta(hours=14))
