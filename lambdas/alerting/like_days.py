"""Says which earlier days are like a day: working days, Saturdays, or Sundays and holidays of the zone's country.

The country follows from the zone: tzdata's `zone.tab` has the country of each zone. A zone without a country, such as
UTC, and a country that the library `holidays` does not know, have no holidays.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]

from domain.days import LocalDay
from domain.findings.measures import WEEK

LOOK_BACK_DAYS = 28
"""A like day is at most so many days ago."""

_FILES = Path(tzdata.__file__).parent / "zoneinfo"


class DayKind(StrEnum):
    """The kind of a day."""

    WORKING_DAY = "working day"
    SATURDAY = "Saturday"
    SUNDAY = "Sunday or holiday"


def history_dates(day: LocalDay) -> list[date]:
    """Returns the dates of the days parts that the judgement of `day` reads, the newest first.

    They are the like days out of the last 28 days, and all of the last 7.
    """
    like = like_dates(day)
    before = [day.date - timedelta(days=ago) for ago in range(1, LOOK_BACK_DAYS + 1)]
    return [each for each in before if each in like or day.date - each <= timedelta(days=WEEK)]


def like_dates(day: LocalDay) -> frozenset[date]:
    """Returns the days of the same kind out of the 28 days before."""
    kind = kind_of(day.date, day.zone)
    before = (day.date - timedelta(days=ago) for ago in range(1, LOOK_BACK_DAYS + 1))
    return frozenset(each for each in before if kind_of(each, day.zone) == kind)


def kind_of(day: date, zone: ZoneInfo) -> DayKind:
    """Returns the kind of a day in a zone."""
    if day.weekday() == 6 or day in _holidays(country_of(zone.key), day.year):
        return DayKind.SUNDAY
    return DayKind.SATURDAY if day.weekday() == 5 else DayKind.WORKING_DAY


@cache
def country_of(zone: str) -> str | None:
    """Returns the country of a zone by its ISO 3166 code, for example `HR` for Europe/Zagreb."""
    countries = {name: code for code, _, name, *_ in _columns("zone.tab")}
    return countries.get(zone) or countries.get(_newer_name(zone))


def _newer_name(zone: str) -> str:
    """Returns the name that replaced an old name of a zone, such as Asia/Kolkata for Asia/Calcutta."""
    return next((words[1] for words in _words("tzdata.zi") if words[0] == "L" and words[2] == zone), zone)


def _columns(file: str) -> Iterator[list[str]]:
    for line in (_FILES / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _words(file: str) -> Iterator[list[str]]:
    for line in (_FILES / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("L "):
            yield line.split()


@cache
def _holidays(country: str | None, year: int) -> frozenset[date]:
    if country is None:
        return frozenset()
    # The import costs a function's start 0.3 s. A day without a history does not need it.
    from holidays import country_holidays  # noqa: PLC0415

    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:  # the library does not know the country
        return frozenset()
