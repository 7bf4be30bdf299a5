"""The faults. Each fault changes one or more days of a subject. The last changed day is the judged day.

A fault returns None where it does not apply to a subject, such as the change of the clocks on another day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from bench.detection.series import DayValues, Subject
from domain.days import LocalDay
from domain.findings.checks.overflow import CONSTANTS

type Changed = Mapping[date, DayValues] | None


@dataclass(frozen=True)
class Planting:
    """A fault to plant: on which subject and day, with which random numbers, and another subject of the same type."""

    subject: Subject
    day: date
    zone: ZoneInfo
    random: Random
    other: Subject | None = None

    @property
    def values(self) -> DayValues:
        """The clean day."""
        return self.subject.days[self.day]

    @property
    def before(self) -> DayValues | None:
        """The clean day before."""
        return self.subject.days.get(self.day - timedelta(days=1))

    def earlier(self, days: int) -> list[date] | None:
        """Returns the last days up to the judged one, or None where one of them is not complete."""
        dates = [self.day - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
        known = all(each in self.subject.days and self.subject.days[each].is_complete for each in dates)
        return dates if known else None


@dataclass(frozen=True)
class Fault:
    """A fault, and the checks that are meant to find it."""

    name: str
    title: str
    finds: tuple[str, ...]
    """The codes that count as found. It is empty where no check is meant to find it: any alarm counts."""
    change: Callable[[Planting], Changed]


SMALL_KWH = 1.0
"""A lower spike is nothing that a kettle or a drill cannot make in a quiet flat. Small spikes are counted apart."""


def spike(factor: float, *, small: bool = False) -> Callable[[Planting], Changed]:
    """One interval has `factor` times the day's highest consumption."""

    def change(given: Planting) -> Changed:
        kwh = list(given.values.energy)
        value = min(max(kwh) * factor, 999_999.0)
        if (value <= SMALL_KWH) is not small:
            return None
        kwh[given.random.randrange(len(kwh))] = value
        return {given.day: given.values.with_kwh(kwh)}

    return change


def times(factor: float) -> Callable[[Planting], Changed]:
    """The whole day has `factor` times its consumption."""
    return lambda given: {given.day: given.values.with_kwh([value * factor for value in given.values.energy])}


def shifted(minutes: int) -> Callable[[Planting], Changed]:
    """Each value stands `minutes` later, or earlier below 0. The neighbouring day's values fill the gap."""

    def change(given: Planting) -> Changed:
        own = given.values.energy
        lag = minutes // _minutes(given)
        beside = given.subject.days.get(given.day - timedelta(days=1 if lag > 0 else -1))
        if not lag or beside is None or len(beside.energy) < abs(lag):
            return None
        late = [*beside.energy[-lag:], *own[:-lag]] if lag > 0 else [*own[-lag:], *beside.energy[:-lag]]
        return {given.day: given.values.with_kwh(late)}

    return change


def flat_line(given: Planting) -> Changed:
    """The meter repeats one value above 0 from a random interval on, at least 3 h long and 8 times."""
    kwh = given.values.energy
    least = max(8, 180 // _minutes(given))
    starts = [place for place in range(len(kwh) - least + 1) if kwh[place] > 0]
    return _flat(given, given.random.choice(starts), None) if starts else None


def flat_day(given: Planting) -> Changed:
    """Each interval of the day has the same value, one of the day's."""
    above = [value for value in given.values.energy if value > 0]
    return _flat(given, 0, given.random.choice(above)) if above else None


def _flat(given: Planting, start: int, value: float | None) -> Changed:
    """Returns the day with one value from an interval on. Where most values stay the same, there is no fault."""
    kwh = given.values.energy
    held = kwh[start] if value is None else value
    changed = sum(each != held for each in kwh[start:])
    if changed * 2 < len(kwh) - start:
        return None
    return {given.day: given.values.with_kwh([*kwh[:start], *[held] * (len(kwh) - start)])}


def zero_days(given: Planting) -> Changed:
    """The day and the day before are zero throughout."""
    dates = given.earlier(2)
    days = given.subject.days
    return {each: days[each].with_kwh([0.0] * len(days[each].kwh)) for each in dates} if dates else None


def zero_run(given: Planting) -> Changed:
    """4 h are zero."""
    kwh = list(given.values.energy)
    length = 240 // _minutes(given)
    start = given.random.randrange(len(kwh) - length)
    kwh[start : start + length] = [0.0] * length
    return {given.day: given.values.with_kwh(kwh)}


def overflow(given: Planting) -> Changed:
    """One interval has an overflow constant that fits into a reading."""
    kwh = list(given.values.energy)
    kwh[given.random.randrange(len(kwh))] = given.random.choice([each for each in CONSTANTS if each < 1_000_000])
    return {given.day: given.values.with_kwh(kwh)}


def without_sign(given: Planting) -> Changed:
    """Consumption less solar production is sent without its sign. The panels make 40 % of the day's energy."""
    kwh = given.values.energy
    sun = [max(0.0, 1 - ((place / len(kwh) - 0.54) / 0.2) ** 2) for place in range(len(kwh))]
    made = sum(kwh) * 0.4 / sum(sun)
    net = [abs(value - made * share) for value, share in zip(kwh, sun, strict=True)]
    return {given.day: given.values.with_kwh(net)}


def register(given: Planting) -> Changed:
    """The meter's register at each interval's end is sent. It began at 10 to 100,000 kWh."""
    first = 10 ** given.random.uniform(1, 5)
    readings = list(accumulate(given.values.energy, initial=first))[1:]
    return {given.day: given.values.with_kwh([round(value, 3) for value in readings])}


def clock_slip(given: Planting) -> Changed:
    """The device does not know the change of the clocks: the hour that comes twice in autumn is there once."""
    day = LocalDay(given.day, given.zone)
    lost = (day.end - day.start - timedelta(days=1)) // timedelta(minutes=_minutes(given))
    if lost <= 0:
        return None
    kwh: list[float | None] = list(given.values.kwh)
    second = 3 * 60 // _minutes(given)
    kwh[second : second + lost] = [None] * lost
    return {given.day: given.values.with_kwh(kwh)}


def drift(given: Planting) -> Changed:
    """The meter counts 2 % more on each of 28 days than on the day before."""
    dates = given.earlier(28)
    if not dates:
        return None
    days = given.subject.days
    return {
        each: days[each].with_kwh([value * 1.02**ago for value in days[each].energy])
        for ago, each in enumerate(dates, start=1)
    }


def swapped(given: Planting) -> Changed:
    """The day of another meter of the same type is sent."""
    theirs = given.other.days.get(given.day) if given.other else None
    if theirs is None or len(theirs.kwh) != len(given.values.kwh) or not theirs.is_complete:
        return None
    return {given.day: given.values.with_kwh(theirs.kwh)}


def gap(minutes: int) -> Callable[[Planting], Changed]:
    """So many minutes are missing. A whole day is 1,440 minutes."""

    def change(given: Planting) -> Changed:
        kwh: list[float | None] = list(given.values.kwh)
        length = min(len(kwh), max(1, minutes // _minutes(given)))
        if minutes >= 1_440:
            length = len(kwh)
        start = given.random.randrange(len(kwh) - length + 1)
        kwh[start : start + length] = [None] * length
        return {given.day: given.values.with_kwh(kwh)}

    return change


def above_contract(given: Planting) -> Changed:
    """2 h have 1.3 times the contracted power."""
    contracted = given.subject.customer.contracted_kw
    if contracted is None:
        return None
    kwh = list(given.values.energy)
    length = 120 // _minutes(given)
    start = given.random.randrange(len(kwh) - length)
    load = contracted * 1.3 * _minutes(given) / 60
    kwh[start : start + length] = [load * given.random.uniform(0.98, 1.02) for _ in range(length)]
    return {given.day: given.values.with_kwh([round(value, 3) for value in kwh])}


def energy_in_outage(given: Planting) -> Changed:
    """An interval with consumption has a down time as long as itself."""
    above = [place for place, value in enumerate(given.values.energy) if value > 0]
    if not above:
        return None
    down = [0.0] * len(given.values.kwh)
    down[given.random.choice(above)] = _minutes(given) * 60.0
    return {given.day: replace(given.values, down_time=tuple(down))}


def voltage(volts: float) -> Callable[[Planting], Changed]:
    """One interval has this mean voltage."""

    def change(given: Planting) -> Changed:
        if not given.values.voltage:
            return None
        values = list(given.values.voltage)
        values[given.random.randrange(len(values))] = volts
        return {given.day: replace(given.values, voltage=tuple(values))}

    return change


def frequency(hertz: float) -> Callable[[Planting], Changed]:
    """One interval has this mean frequency."""

    def change(given: Planting) -> Changed:
        if not given.values.frequency:
            return None
        values = list(given.values.frequency)
        values[given.random.randrange(len(values))] = hertz
        return {given.day: replace(given.values, frequency=tuple(values))}

    return change


def estimated(given: Planting) -> Changed:
    """The values of 5 days are estimated."""
    dates = given.earlier(5)
    days = given.subject.days
    return {each: replace(days[each], quality="estimated") for each in dates} if dates else None


def _minutes(given: Planting) -> int:
    return given.subject.customer.meter.lengths.first


_ANY: Sequence[str] = ()

FAULTS = (
    Fault("spike-2", "a spike of 2 times the day's highest", ("SPK", "CAP"), spike(2)),
    Fault("spike-3", "a spike of 3 times", ("SPK", "CAP"), spike(3)),
    Fault("spike-5", "a spike of 5 times", ("SPK", "CAP"), spike(5)),
    Fault("spike-10", "a spike of 10 times", ("SPK", "CAP"), spike(10)),
    Fault("spike-100", "a spike of 100 times", ("SPK", "CAP"), spike(100)),
    Fault("spike-small", "a spike of 5 times that stays below 1 kWh", ("SPK", "CAP"), spike(5, small=True)),
    Fault("unit", "Wh sent for kWh: 1,000 times", ("UNI", "CAP"), times(1_000)),
    Fault("shift-interval", "late by an interval of 15 minutes", ("SHF",), shifted(15)),
    Fault("shift-hour", "late by an hour", ("SHF",), shifted(60)),
    Fault("shift-hour-early", "early by an hour", ("SHF",), shifted(-60)),
    Fault("flat-line", "a flat line to the end of the day", ("FLT",), flat_line),
    Fault("flat-day", "a flat line of the whole day", ("FLT",), flat_day),
    Fault("zero-days", "2 days of zeros", ("ZER",), zero_days),
    Fault("zero-run", "4 h of zeros", (), zero_run),
    Fault("overflow", "an overflow or error constant", ("OVF",), overflow),
    Fault("sign", "solar production without its sign", (), without_sign),
    Fault("register", "register readings sent as consumption", ("REG",), register),
    Fault("clock-slip", "the hour that comes twice is there once", ("ICD",), clock_slip),
    Fault("drift", "a drift of 2 % a day, on 28 days", (), drift),
    Fault("swapped", "the day of another meter of the same type", (), swapped),
    Fault("gap-interval", "1 interval is missing", ("ICD",), gap(1)),
    Fault("gap-hours", "4 h are missing", ("ICD",), gap(240)),
    Fault("gap-day", "the whole day is missing", ("MCD",), gap(1_440)),
    Fault("contract", "1.3 times the contracted power for 2 h", ("CAP", "SPK"), above_contract),
    Fault("outage", "consumption in a down time", ("OUT",), energy_in_outage),
    Fault("voltage", "500 V", ("VOL",), voltage(500)),
    Fault("frequency", "0 Hz", ("FRQ",), frequency(0)),
    Fault("estimated", "5 days of estimated values", ("EST",), estimated),
)
