"""Plants faults into days of readings, so that each raises exactly its alarm on a day without any days before it.

A check that compares with like days (HIL, UNI, SHF) finds nothing then, so the demo plants no fault for it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.customers import Customer
from domain.findings import BY_CODE
from seed.customers import demo_customer, demo_number
from seed.readings import DemoReading

SILENT = demo_number(4)
WITHOUT_PARAMETERS = demo_number(6)
WITH_GAPS = demo_number(7)
WITH_OVERFLOW = demo_number(12)
WITHOUT_SUPPLY = demo_number(13)
WITH_SPIKE = demo_number(19)
FLAT = demo_number(16)
CLOSED = demo_number(17)
ABOVE_CONTRACT = demo_number(18)

# Quarter-hours of the day, by their numbers
_GAPS = frozenset({*range(8, 14), 73})
_OVERFLOW_AT, _SPIKE_AT = 50, 58
_OFF, _FLAT, _STRONG = range(36, 40), range(40, 64), range(76, 80)

_OVERFLOW_KWH = 16777.215
"""2^24 - 1 Wh, which some meters send for an overflow."""

_SPIKE_KWH = 2.3
"""9.2 kW: not above the smallest contract of a household, which CAP would find."""

_ABOVE = 1.3
"""The share of the contracted power, in quarter-hours that follow each other. So no spike stands alone."""

type Day = Sequence[DemoReading]


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A planted fault of one customer, and the alarm that it must raise."""

    customer: Customer
    what: str
    raises: str
    plant: Callable[[Customer, Day], list[DemoReading]]
    """Makes the readings that the customer sends, out of the day as it was."""


def planted_faults() -> list[PlantedFault]:
    """Returns the faults, in the order in which findings are published."""
    made = [
        (SILENT, "sends nothing", "MCD", lambda _customer, _day: []),
        (WITH_GAPS, f"leaves out {len(_GAPS)} quarter-hours", "ICD", _with_gaps),
        (WITHOUT_PARAMETERS, "sends no network parameters", "MNP", _without_parameters),
        (ABOVE_CONTRACT, f"has {_ABOVE * 100:.0f} % of its contract for an hour", "CAP", _above_contract),
        (FLAT, f"repeats a value in {len(_FLAT)} quarter-hours", "FLT", _flat),
        (WITHOUT_SUPPLY, "has consumption while supply is off", "OUT", _without_supply),
        (WITH_OVERFLOW, f"sends {_OVERFLOW_KWH} kWh in a quarter-hour", "OVF", _with_overflow),
        (WITH_SPIKE, f"has a spike of {_SPIKE_KWH} kWh", "SPK", _with_spike),
        (CLOSED, "sends zeros all day", "ZER", _zeros),
    ]
    return [PlantedFault(demo_customer(number), what, BY_CODE[code].code, plant) for number, what, code, plant in made]


def is_missing(index: int) -> bool:
    """Returns whether the customer with gaps leaves out the quarter-hour of that number."""
    return index in _GAPS


def _with_gaps(_customer: Customer, day: Day) -> list[DemoReading]:
    return [reading for index, reading in enumerate(day) if not is_missing(index)]


def _without_parameters(_customer: Customer, day: Day) -> list[DemoReading]:
    return [DemoReading(reading.interval_start, reading.consumption_kwh) for reading in day]


def _with_overflow(_customer: Customer, day: Day) -> list[DemoReading]:
    return _set(day, [_OVERFLOW_AT], consumption_kwh=_OVERFLOW_KWH)


def _with_spike(_customer: Customer, day: Day) -> list[DemoReading]:
    return _set(day, [_SPIKE_AT], consumption_kwh=_SPIKE_KWH)


def _flat(_customer: Customer, day: Day) -> list[DemoReading]:
    return _set(day, _FLAT, consumption_kwh=day[_FLAT[0]].consumption_kwh)


def _zeros(_customer: Customer, day: Day) -> list[DemoReading]:
    """Without down time, because zeros are right while the supply is off."""
    return _set(day, range(len(day)), consumption_kwh=0.0, voltage_drops=0, down_time_seconds=0)


def _without_supply(_customer: Customer, day: Day) -> list[DemoReading]:
    return _set(day, _OFF, voltage_drops=1, down_time_seconds=15 * 60)


def _above_contract(customer: Customer, day: Day) -> list[DemoReading]:
    kwh = round(_ABOVE * float(customer.contracted_kw or 0) / 4, 4)
    return _set(day, _STRONG, consumption_kwh=kwh)


def _set(day: Day, places: Collection[int], **values: Any) -> list[DemoReading]:
    return [replace(each, **values) if index in places else each for index, each in enumerate(day)]
