"""Puts a metering point's values on the grid of a period, and finds its gaps.

A grid has equal steps of real time. So a day of clock change has 92 or 100 quarter-hours, and no hour is there twice
under the same name or left out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from domain.customers import Customer
from domain.days import LocalDay
from domain.due import due_starts
from domain.findings import DEFAULTS
from operations.console.data.metering_points import Interval
from operations.console.points.periods import Period

Values = list[float | None]

_VOLTAGE = DEFAULTS.of("VOL", "I")
LOW_V, HIGH_V = float(str(_VOLTAGE["low_v"])), float(str(_VOLTAGE["high_v"]))
"""The band of EN 50160 around 230 V: 10 % to either side."""

PROFILE_MINUTES = 30


@dataclass(frozen=True)
class Grid:
    """Steps of `minutes` from `start` to `end`, both in UTC."""

    start: datetime
    end: datetime
    minutes: int

    @classmethod
    def of(cls, period: Period, zone: ZoneInfo, minutes: int) -> "Grid":
        """Returns the grid over all days of a period."""
        return cls(LocalDay(period.first, zone).start, LocalDay(period.last, zone).end, minutes)

    @property
    def count(self) -> int:
        """The number of steps."""
        return -int(-(self.end - self.start) // timedelta(minutes=self.minutes))

    def position(self, instant: datetime) -> float:
        """Returns the place of an instant, in steps."""
        return (instant - self.start) / timedelta(minutes=self.minutes)

    def values(self, intervals: Iterable[Interval], value: Callable[[Interval], float | None]) -> Values:
        """Returns a value for each step: the mean of the intervals that it has. A step without a value has None."""
        sums: list[list[float]] = [[] for _ in range(self.count)]
        for each in intervals:
            found = value(each)
            first, last = int(self.position(each.start)), self.position(each.end)
            while found is not None and first < min(last, self.count):
                if first >= 0:
                    sums[first].append(found)
                first += 1
        return [fmean(each) if each else None for each in sums]


def finest(intervals: Iterable[Interval]) -> int:
    """Returns the shortest length of the intervals in minutes, or 15 where there are none."""
    return min((each.minutes for each in intervals), default=15)


@dataclass(frozen=True)
class Missing:
    """Due intervals in a row that have no reading, from `start` to `end` in UTC."""

    start: datetime
    end: datetime
    count: int


def due_of(customer: Customer | None, day: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Returns the starts of the intervals for which the customer owes a reading on a day."""
    if customer is None or not customer.active:
        return ()
    return due_starts(LocalDay(day, zone), customer.meter.lengths, customer.meter.supply)


def missing(
    due: Sequence[datetime], intervals: Iterable[Interval], lengths: Callable[[datetime], int]
) -> list[Missing]:
    """Returns the runs of due starts without a reading. `lengths` says the length in minutes at an instant."""
    there = {each.start for each in intervals if each.kwh is not None}
    runs: list[Missing] = []
    for start in due:
        if start in there:
            continue
        end = start + timedelta(minutes=lengths(start))
        if runs and runs[-1].end == start:
            runs[-1] = Missing(runs[-1].start, end, runs[-1].count + 1)
        else:
            runs.append(Missing(start, end, 1))
    return runs


@dataclass(frozen=True)
class Profile:
    """The mean power at each time of the local day in kW, on working days and on weekends."""

    working: Values
    weekend: Values


def profile(intervals: Iterable[Interval], zone: ZoneInfo, column: str) -> Profile:
    """Returns the profile of an energy's column, in steps of `PROFILE_MINUTES`."""
    steps = 24 * 60 // PROFILE_MINUTES
    sums: dict[bool, list[list[float]]] = {kind: [[] for _ in range(steps)] for kind in (False, True)}
    for each in intervals:
        power = each.kw(column)
        if power is not None:
            local = each.start.astimezone(zone)
            first = (local.hour * 60 + local.minute) // PROFILE_MINUTES
            for step in range(first, first + max(each.minutes // PROFILE_MINUTES, 1)):
                sums[local.weekday() >= 5][step % steps].append(power)
    working, weekend = ([fmean(each) if each else None for each in sums[kind]] for kind in (False, True))
    return Profile(working, weekend)


@dataclass(frozen=True)
class Voltage:
    """The mean voltages of a period in V: their number, how many are in the band, and the extremes."""

    count: int
    inside: int
    least: float
    most: float
    outages: int

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> "Voltage | None":
        """Returns the voltage of a period, or None where none was reported. A mean of 0 V is an outage."""
        found = [
            float(each.values["average_voltage_v"])
            for each in intervals
            if each.values["average_voltage_v"] is not None
        ]
        measured = [each for each in found if each > 0]
        if not measured:
            return None
        inside = sum(LOW_V <= each <= HIGH_V for each in measured)
        return cls(len(measured), inside, min(measured), max(measured), len(found) - len(measured))
