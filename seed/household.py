"""Reads the readings of a real household. `seed/data/README.md` has their source and licence."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.customers import Customer
from seed.customers import HOUSEHOLD_NUMBER
from seed.readings import DemoReading, day_of_readings

DATA = Path(__file__).parent / "data"
HOUSEHOLD_DAY = date(2007, 2, 1)
HOUSEHOLD_DAY_KWH = 30.413

TWELVE_DAYS: Mapping[date, Decimal] = MappingProxyType(
    {
        date(2006, 12, 18): Decimal("36.7301"),
        date(2006, 12, 19): Decimal("27.77"),
        date(2006, 12, 20): Decimal("37.0956"),
        date(2006, 12, 21): Decimal("28.5524"),
        date(2006, 12, 22): Decimal("39.0224"),
        date(2006, 12, 23): Decimal("79.5567"),
        date(2006, 12, 24): Decimal("42.4999"),
        date(2006, 12, 25): Decimal("45.718"),
        date(2006, 12, 26): Decimal("65.5685"),
        date(2006, 12, 27): Decimal("25.4799"),
        date(2006, 12, 28): Decimal("34.5445"),
        date(2006, 12, 29): Decimal("52.9063"),
    }
)
"""The days before, with their published totals in kWh."""

DAY_WITH_A_GAP = date(2006, 12, 21)
"""The day with 95 of 96 quarter-hours. The meter lost 2 of the minutes of the missing one."""


@cache
def _rows() -> dict[date, list[dict[str, str]]]:
    days: dict[date, list[dict[str, str]]] = {}
    for path in sorted(DATA.glob("household_*.csv")):
        with path.open(newline="") as lines:
            for row in csv.DictReader(lines):
                days.setdefault(date.fromisoformat(row["interval_start"][:10]), []).append(row)
    return days


def household_readings(day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the household's readings of `day`. The published local times count as local times of `zone`.

    The list is empty for a day that was not measured.
    """
    return [
        DemoReading(
            datetime.fromisoformat(row["interval_start"]).replace(tzinfo=zone),
            float(row["consumption_kwh"]),
            average_voltage_v=float(row["average_voltage_v"]),
            reactive_kvarh=float(row["reactive_kvarh"]) if row.get("reactive_kvarh") else None,
        )
        for row in _rows().get(day, [])
    ]


def readings_of(customer: Customer, day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns a customer's day: the real readings if there are any, else made-up readings."""
    real = household_readings(day, zone) if customer.metering_point == HOUSEHOLD_NUMBER else []
    return real or day_of_readings(customer, day, zone)
