"""Reads the readings of a real household. `seed/data/README.md` has their source and licence."""

import csv
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from domain.customers import Customer
from seed.customers import HOUSEHOLD_NUMBER
from seed.readings import DemoReading, day_of_readings

DATA = Path(__file__).parent / "data" / "household_2007-02-01_2007-02-02.csv"
HOUSEHOLD_DAY = date(2007, 2, 1)
HOUSEHOLD_DAY_KWH = 30.413


def household_readings(day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the household's readings of `day`. The published local times count as local times of `zone`.

    The list is empty for a day that was not measured.
    """
    with DATA.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["interval_start"].startswith(day.isoformat())]
    return [
        DemoReading(
            datetime.fromisoformat(row["interval_start"]).replace(tzinfo=zone),
            float(row["consumption_kwh"]),
            average_voltage_v=float(row["average_voltage_v"]),
        )
        for row in rows
    ]


def readings_of(customer: Customer, day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns a customer's day: the real readings if there are any, else made-up readings."""
    real = household_readings(day, zone) if customer.metering_point == HOUSEHOLD_NUMBER else []
    return real or day_of_readings(customer, day, zone)
