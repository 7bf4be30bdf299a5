"""Makes a day of readings for a demo customer. The same customer and date give the same readings."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.readings import QUANTITIES
from seed.draws import between, units

_MINUTES_OF_A_DAY = 24 * 60

# kWh of an average day, lowest and highest, by customer type
_DAILY_KWH = {
    CustomerType.HH: (5, 18),
    CustomerType.HHP: (12, 32),
    CustomerType.C: (40, 180),
    CustomerType.P: (80, 300),
    CustomerType.I: (800, 4_000),
}


@dataclass(frozen=True, slots=True)
class DemoReading:
    """One interval. `interval_start` is aware. None stands for a value that was not measured."""

    interval_start: datetime
    consumption_kwh: float
    average_voltage_v: float | None = None
    average_frequency_hz: float | None = None
    voltage_drops: int | None = None
    down_time_seconds: int | None = None
    production_kwh: float | None = None
    reactive_kvarh: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Returns the reading in the API's JSON, without the values that were not measured."""
        measured = {quantity.field: getattr(self, quantity.field) for quantity in QUANTITIES}
        present = {name: value for name, value in measured.items() if value is not None}
        return {"interval_start": self.interval_start.isoformat(), **present}


def day_of_readings(customer: Customer, day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns every due interval of the customer's day.

    The readings have the network parameters where the customer's type must report them.
    """
    starts = [start.astimezone(zone) for start in customer.meter.due(LocalDay(day, zone))]
    low, high = _DAILY_KWH[customer.type]
    average = between(low, high, "daily kWh", customer.metering_point) / _MINUTES_OF_A_DAY * _season(day)
    noise = units(len(starts), "noise", customer.metering_point, day)
    network = _network_parameters(customer, day, len(starts))
    return [
        DemoReading(
            start,
            round(minutes * average * _shape(customer.type, start) * (0.75 + 0.5 * noise[index]), 4),
            *network[index],
        )
        for index, start in enumerate(starts)
        for minutes in [customer.meter.lengths.at(start)]
    ]


def _network_parameters(customer: Customer, day: date, count: int) -> list[tuple[float, float, int, int] | tuple[()]]:
    if not customer.type.must_report_parameters:
        return [()] * count
    draws = iter(units(3 * count, "network", customer.metering_point, day))
    parameters: list[tuple[float, float, int, int] | tuple[()]] = []
    for _ in range(count):
        voltage, frequency, drop = next(draws), next(draws), next(draws)
        drops = 1 if drop > 0.97 else 0
        seconds = 1 + int((drop - 0.97) * 1_000) if drops else 0
        parameters.append((round(226 + 8 * voltage, 2), round(49.95 + 0.1 * frequency, 3), drops, seconds))
    return parameters


def _season(day: date) -> float:
    """Returns a factor: 1 on average over a year, highest in the middle of January."""
    return 1 + 0.2 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)


def _shape(kind: CustomerType, start: datetime) -> float:
    """Returns the load at a local time of the day, about 1 on average."""
    hour = start.hour + start.minute / 60
    working_day = start.weekday() < 5
    match kind:
        case CustomerType.I:
            return 0.75 + 0.4 * _open(hour, 6, 22) if working_day else 0.7
        case CustomerType.C | CustomerType.P:
            return 0.35 + 1.5 * _open(hour, 7, 18) if working_day else 0.4
        case _:
            return 0.45 + 0.8 * _peak(hour, 7.5, 1.2) + 0.5 * _peak(hour, 13, 2) + 1.6 * _peak(hour, 19.5, 2)


def _peak(hour: float, middle: float, width: float) -> float:
    return math.exp(-(((hour - middle) / width) ** 2) / 2)


def _open(hour: float, opening: float, closing: float) -> float:
    """Returns 0 when closed and 1 when open, with a ramp of 1 hour on both sides."""
    return max(0.0, min(1.0, hour - opening + 0.5, closing + 0.5 - hour))
