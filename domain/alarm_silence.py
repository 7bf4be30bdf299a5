"""A silence is a run of days without any reading. It is one alarm with a length, and not one alarm a day.

The key of the alarm is the first day of the run. So the alarms of a silence follow from the set of silent days alone,
in whatever order the days were published. The set is one item for each metering point (`domain/alarm_items.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from domain.alarms import Found
from domain.findings import MISSING_CONSUMPTION

SILENCE = MISSING_CONSUMPTION.code
"""The check whose findings on days in a row are one alarm."""

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SilentDays:
    """The days without readings of a metering point, with what the check found on each. `version` counts changes.

    `reaches` has each day that was ever the first of a run, with the latest day that this run had in any version. A
    writer that has read an older version can raise the alarm of a run that is gone, and stop. Who does its work again
    finds that alarm by `reaches`.
    """

    days: Mapping[date, Found] = field(default_factory=dict)
    version: int = 0
    reaches: Mapping[date, date] = field(default_factory=dict)

    def with_day(self, day: date, found: Found | None) -> "SilentDays":
        """Returns the set with the finding of a day, or without the day. The same set keeps its version."""
        known = self.days.get(day)
        if (found is None and known is None) or (found is not None and known is not None and found.is_same_as(known)):
            return self
        days = {each: known for each, known in self.days.items() if each != day}
        if found is not None:
            days[day] = found
        changed = replace(self, days=days, version=self.version + 1)
        return replace(changed, reaches=_longest(self.reaches, self.runs_around(day), changed.runs_around(day)))

    def since(self, oldest: date) -> "SilentDays":
        """Returns the set without the runs that ended before a day."""
        old = {day for day in self.days if day < oldest and self._last_of(day) < oldest}
        days = {day: found for day, found in self.days.items() if day not in old}
        return replace(self, days=days, reaches={first: end for first, end in self.reaches.items() if end >= oldest})

    def first_of(self, day: date) -> date | None:
        """Returns the first day of the run that a day is in, or None where the day is not silent."""
        if day not in self.days:
            return None
        while day - _DAY in self.days:
            day -= _DAY
        return day

    def touched_by(self, day: date) -> list[date]:
        """Returns the first days of the runs, in this version or an earlier one, that a change of a day can touch."""
        earlier = {first for first, end in self.reaches.items() if first <= day + _DAY and end >= day - _DAY}
        return sorted({day, day + _DAY} | earlier | self.runs_around(day).keys())

    def run(self, first: date) -> Found | None:
        """Returns the finding of the run that begins on a day, or None where no run begins.

        Its details are the ones of the last day, with `expected_intervals` of all days, `days` and `last_day`.
        """
        if self.first_of(first) != first:
            return None
        each = list(self._run_from(first))
        newest = each[-1][1]
        expected = sum(int(found.details.get("expected_intervals", 0)) for _, found in each)
        details = {**newest.details, "expected_intervals": expected, "days": len(each), "last_day": str(each[-1][0])}
        publications = {name: number for _, found in each for name, number in found.publications.items()}
        return replace(newest, details=details, publications=publications, days=len(each))

    def runs_around(self, day: date) -> dict[date, date]:
        """Returns the runs that have a day or one of its neighbours, each with its last day, by the first day."""
        firsts = (self.first_of(each) for each in (day - _DAY, day, day + _DAY))
        return {first: self._last_of(first) for first in firsts if first is not None}

    def _run_from(self, first: date) -> Iterator[tuple[date, Found]]:
        day = first
        while day in self.days:
            yield day, self.days[day]
            day += _DAY

    def _last_of(self, day: date) -> date:
        while day + _DAY in self.days:
            day += _DAY
        return day


def _longest(*runs: Mapping[date, date]) -> dict[date, date]:
    firsts = {first for each in runs for first in each}
    return {first: max(each[first] for each in runs if first in each) for first in firsts}
