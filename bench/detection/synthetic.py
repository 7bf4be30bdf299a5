"""Makes subjects from standard load profiles, with seeded noise.

A profile is the mean of thousands of customers and smoother than any of them. So each model adds what a mean hides:
appliances, days away, the steps of timers, and the meter's resolution.

| group | share | model |
|---|---|---|
| household | 50 % | H25, standby, a fridge, appliances of 1 to 2.5 kW, days that differ, and rarely days away |
| quiet flat | 8 % | nobody lives there: standby, and in 7 of 10 a fridge |
| electric car | 4 % | a household that charges with 3.7 or 11 kW on some nights |
| boiler | 5 % | a household with 2 kW from 23:00 for some hours, by a timer |
| shop | 15 % | G25 |
| farm | 6 % | L25 |
| street lamps | 3 % | on from dusk to dawn, steady within 0.3 % |
| plant | 9 % | G25 in MWh. Each third counts in steps of 1 kWh |
"""

import csv
import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.detection.series import DayValues, Subject
from domain.customer_meter import Meter
from domain.customer_options import Options
from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.intervals import IntervalLengths, interval_starts
from lambdas.alerting.like_days import DayKind, kind_of

PROFILES = Path(__file__).parent / "profiles"
_COLUMN = {DayKind.WORKING_DAY: "WT", DayKind.SATURDAY: "SA", DayKind.SUNDAY: "FT"}
_QUARTER = 15

type Model = Callable[["Meterer"], list[float]]
"""Returns the energy in kWh of each quarter-hour of a day."""

GROUPS = (
    ("household", 0.50), ("quiet flat", 0.08), ("electric car", 0.04), ("boiler", 0.05), ("shop", 0.15),
    ("farm", 0.06), ("street lamps", 0.03), ("plant", 0.09),
)  # fmt: skip


@cache
def profile(name: str, month: int, kind: DayKind) -> tuple[float, ...]:
    """Returns the 96 values of a profile in kWh, for a yearly consumption of 1 kWh."""
    with (PROFILES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    column = 1 + 3 * (month - 1) + ["SA", "FT", "WT"].index(_COLUMN[kind])
    return tuple(float(row[column]) / 1_000_000 for row in rows[1:])


def make_subjects(count: int, dates: Sequence[date], zone: ZoneInfo, seed: int) -> list[Subject]:
    """Returns subjects in the shares of `GROUPS`. The same arguments give the same subjects."""
    chosen = [group for group, share in GROUPS for _ in range(round(share * count))]
    return [_subject(place, group, dates, zone, _random(seed, place)) for place, group in enumerate(chosen)]


def _random(seed: int, place: int) -> Random:
    return Random(f"{seed} {place}")  # noqa: S311


class Meterer:
    """The lasting properties of a subject, and the random numbers of one day."""

    def __init__(self, group: str, random: Random) -> None:
        self.group = group
        self.random = random
        self.kind = _customer_type(group, random)
        median, spread = {"shop": (20_000, 0.9), "farm": (25_000, 0.6), "plant": (1_500_000, 1.0)}.get(
            group, (3_000, 0.5)
        )
        self.year_kwh = median * math.exp(random.gauss(0, spread))
        self.standby_kw = random.uniform(0.003, 0.04) if group == "quiet flat" else random.uniform(0.02, 0.12)
        self.fridge_kw = random.uniform(0.06, 0.12) if group != "quiet flat" or random.random() < 0.7 else 0.0
        self.fridge_quarters = random.uniform(2.2, 5.0)
        self.appliances = random.uniform(1.0, 6.0)
        self.charger_kw = random.choice((3.7, 11.0))
        self.lamps_kw = random.uniform(0.5, 12.0)
        self.resolution = 1.0 if group == "plant" and random.random() < 0.33 else 0.001
        self.minutes = random.choices((15, 30, 60), (90, 4, 6))[0] if group != "plant" else 15
        self.level = 0.0
        self.away = 0

    def next_day(self) -> float:
        """Returns the day's factor. Days that follow each other are alike."""
        self.level = 0.6 * self.level + self.random.gauss(0, 0.16 if self.group in _HOMES else 0.05)
        self.away = self.away - 1 if self.away else self.random.randint(2, 10) * (self.random.random() < 0.01)
        return math.exp(self.level)


_HOMES = ("household", "electric car", "boiler")


def _customer_type(group: str, random: Random) -> CustomerType:
    if group in ("household", "electric car", "boiler", "quiet flat"):
        return CustomerType.HH if random.random() < 0.85 else CustomerType.HHP
    return {"plant": CustomerType.I, "street lamps": CustomerType.P}.get(
        group, CustomerType.C if random.random() < 0.8 else CustomerType.P
    )


def _subject(place: int, group: str, dates: Sequence[date], zone: ZoneInfo, random: Random) -> Subject:
    model = Meterer(group, random)
    lengths = IntervalLengths(model.minutes)
    days = {day: _day(model, LocalDay(day, zone), lengths) for day in dates}
    highest = max(max(values.energy) for values in days.values()) * 60 / model.minutes
    contracted = round(highest * random.uniform(1.3, 3.0) + 1, 1) if random.random() < 0.5 else None
    customer = Customer(
        f"SYN-{place:06}", group, "", "", "", "", model.kind, active=True, meter=Meter(lengths),
        options=Options(contracted_kw=contracted),
    )  # fmt: skip
    return Subject(customer, days, group)


def _day(model: Meterer, day: LocalDay, lengths: IntervalLengths) -> DayValues:
    quarters = [start.astimezone(day.zone) for start in interval_starts(day)]
    energy = _MODELS[model.group](model, day, quarters, model.next_day())
    size = model.minutes // _QUARTER
    sums = [sum(energy[at : at + size]) for at in range(0, len(energy), size)]
    step = model.resolution
    kwh = tuple(round(max(0.0, round(value / step) * step), 6) for value in sums)
    assert len(kwh) == len(interval_starts(day, lengths))  # noqa: S101
    gauss = model.random.gauss
    if not model.kind.must_report_parameters:
        return DayValues(kwh, tuple(round(gauss(232, 2.2), 2) for _ in kwh))
    return DayValues(
        kwh,
        tuple(round(gauss(232, 2.2), 2) for _ in kwh),
        tuple(round(gauss(50, 0.02), 3) for _ in kwh),
        tuple(0.0 for _ in kwh),
    )


def _profile_day(model: Meterer, name: str, day: LocalDay, quarters: Sequence[datetime], noise: float) -> list[float]:
    values = profile(name, day.date.month, kind_of(day.date, day.zone))
    at = [start.hour * 4 + start.minute // _QUARTER for start in quarters]
    return [values[index] * model.year_kwh * math.exp(model.random.gauss(-noise * noise / 2, noise)) for index in at]


def _standby(model: Meterer, quarters: Sequence[datetime]) -> list[float]:
    """Returns standby and a fridge, which runs for a third of its cycle."""
    phase = model.random.random() * model.fridge_quarters
    cycle, found = model.fridge_quarters, []
    for place in range(len(quarters)):
        runs = sum(((place + part / 8 + phase) % cycle) < cycle / 3 for part in range(8)) / 8
        standby = model.standby_kw * model.random.gauss(1, 0.01)
        found.append((standby + model.fridge_kw * runs) / 4)
    return found


def _household(model: Meterer, day: LocalDay, quarters: Sequence[datetime], factor: float) -> list[float]:
    energy = _standby(model, quarters)
    if model.away:
        return energy
    living = _profile_day(model, "h25", day, quarters, 0.45)
    energy = [mine + 0.55 * factor * its for mine, its in zip(energy, living, strict=True)]
    weights = profile("h25", day.date.month, kind_of(day.date, day.zone))
    for _ in range(_poisson(model.random, model.appliances * factor)):
        start = model.random.choices(range(96), weights)[0]
        power, length = model.random.uniform(1.0, 2.5), model.random.uniform(0.2, 4.0)
        for place in range(start, min(len(energy), math.ceil(start + length))):
            energy[place] += power / 4 * min(1.0, start + length - place)
    return energy


def _poisson(random: Random, mean: float) -> int:
    count, left = 0, random.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + random.expovariate(1.0)
    return count


def _quiet_flat(model: Meterer, _day: LocalDay, quarters: Sequence[datetime], _factor: float) -> list[float]:
    return _standby(model, quarters)


def _electric_car(model: Meterer, day: LocalDay, quarters: Sequence[datetime], factor: float) -> list[float]:
    energy = _household(model, day, quarters, factor)
    if not model.away and model.random.random() < 0.4:
        start, length = model.random.randint(68, 88), model.random.randint(4, 24)
        for place in range(start, min(start + length, len(energy))):
            energy[place] += model.charger_kw / 4
    return energy


def _boiler(model: Meterer, day: LocalDay, quarters: Sequence[datetime], factor: float) -> list[float]:
    energy = _household(model, day, quarters, factor)
    until = model.random.uniform(1.0, 4.0)
    for place, start in enumerate(quarters):
        if start.hour >= 23 or start.hour + start.minute / 60 < until:
            energy[place] += 0.5 * model.random.gauss(1, 0.004)
    return energy


def _trade(name: str, noise: float) -> Callable[[Meterer, LocalDay, Sequence[datetime], float], list[float]]:
    def energy(model: Meterer, day: LocalDay, quarters: Sequence[datetime], factor: float) -> list[float]:
        return [value * factor for value in _profile_day(model, name, day, quarters, noise)]

    return energy


def _lamps(model: Meterer, day: LocalDay, quarters: Sequence[datetime], _factor: float) -> list[float]:
    # The night is 15 h at the winter solstice and 9 h at the summer solstice.
    season = math.cos(2 * math.pi * (day.date - date(day.date.year, 12, 21)) / timedelta(days=365.25))
    dusk, dawn = 19.5 - 1.5 * season, 4.5 + 1.5 * season
    found = []
    for start in quarters:
        hour = start.hour + start.minute / 60
        share = max(min(max(hour + 0.25 - dusk, 0.0), 0.25), min(max(dawn - hour, 0.0), 0.25)) * 4
        found.append(model.lamps_kw / 4 * share * model.random.gauss(1, 0.003) + 0.002)
    return found


_MODELS: dict[str, Callable[[Meterer, LocalDay, Sequence[datetime], float], list[float]]] = {
    "household": _household,
    "quiet flat": _quiet_flat,
    "electric car": _electric_car,
    "boiler": _boiler,
    "shop": _trade("g25", 0.10),
    "farm": _trade("l25", 0.20),
    "street lamps": _lamps,
    "plant": _trade("g25", 0.06),
}
