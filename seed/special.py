"""Makes the 6 demo customers whose metering points show what a reading can be.

Each has what the other demo customers have not: a long number, another interval length, energy fed in, a supply that
begins within the demo's day, or a correction that a late retry must not undo.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.customer_meter import DEFAULT_METER, Meter
from domain.customers import Customer
from domain.days import LocalDay
from domain.intervals import IntervalLengths
from domain.supply import Supply
from seed.customers import made_up
from seed.draws import units
from seed.household import HOUSEHOLD_DAY
from seed.keys import demo_api_key
from seed.loader import Delivery
from seed.readings import DemoReading, day_of_readings

LONG_NUMBER = "DE0001234567890000000000000000042"
FIVE_MINUTES = "DEMO-5-MINUTES"
HOURLY = "DEMO-HOURLY"
SOLAR = "DEMO-SOLAR"
MOVED_IN = "DEMO-MOVED-IN"
CORRECTED = "DEMO-CORRECTED"

CORRECTED_INTERVAL = 48
CORRECTED_KWH = 1.25
"""The 49th quarter-hour of the demo's day, at 12:00, and the value that the correction gives it."""

SPECIALS = 6
_FIRST_ORDER = 1_000_001
_PEAK_KW = 4.0


@dataclass(frozen=True, slots=True)
class Special:
    """A special customer, and in words what its metering point shows."""

    customer: Customer
    what: str


def special_customers(zone: ZoneInfo) -> list[Special]:
    """Returns the special customers. The one that moved in did so at 10:00 local time of the demo's day."""
    moved_in = datetime.combine(HOUSEHOLD_DAY, time(10), zone).astimezone(UTC)
    made = [
        (LONG_NUMBER, "HH", DEFAULT_METER, "has a number of 33 characters"),
        (FIVE_MINUTES, "HH", Meter(IntervalLengths(5)), "reports every 5 minutes"),
        (HOURLY, "HHP", Meter(IntervalLengths(60)), "reports every hour"),
        (SOLAR, "HH", DEFAULT_METER, "feeds energy in"),
        (MOVED_IN, "HH", Meter(supply=Supply(since=moved_in)), "moved in at 10:00"),
        (CORRECTED, "HH", DEFAULT_METER, "corrects a reading, and a retry of the first message comes late"),
    ]
    return [
        Special(made_up(number, kind, _FIRST_ORDER + index, meter=meter), what)
        for index, (number, kind, meter, what) in enumerate(made)
    ]


def special_readings(customer: Customer, day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns a day of a special customer as the meter first reports it."""
    readings = day_of_readings(customer, day, zone)
    if customer.metering_point != SOLAR:
        return readings
    clouds = units(len(readings), "clouds", customer.metering_point, day)
    return [replace(each, production_kwh=_sun(each, cloud)) for each, cloud in zip(readings, clouds, strict=True)]


def final_readings(customer: Customer, day: date, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the day as it must be in the end, after every message."""
    readings = special_readings(customer, day, zone)
    if customer.metering_point == CORRECTED and day == HOUSEHOLD_DAY:
        readings[CORRECTED_INTERVAL] = replace(readings[CORRECTED_INTERVAL], consumption_kwh=CORRECTED_KWH)
    return readings


def final_kwh(customer: Customer, day: date, zone: ZoneInfo) -> tuple[int, Decimal, Decimal]:
    """Returns what the day must come to: the number of readings, the consumption and the production in kWh."""
    readings = final_readings(customer, day, zone)
    consumed = sum((Decimal(str(each.consumption_kwh)) for each in readings), Decimal(0))
    produced = sum((Decimal(str(each.production_kwh or 0)) for each in readings), Decimal(0))
    return len(readings), consumed, produced


def special_deliveries(zone: ZoneInfo) -> list[Delivery]:
    """Returns the messages of the demo's day, in the order in which they must be sent.

    The last 2 are the correction, and the retry of the message that was made before it.
    """
    day = LocalDay(HOUSEHOLD_DAY, zone)
    made, corrected = day.end + timedelta(hours=1), day.end + timedelta(hours=2)
    deliveries = []
    for special in special_customers(zone):
        number, key = special.customer.metering_point, demo_api_key(special.customer.metering_point)
        first = Delivery(number, key, special_readings(special.customer, HOUSEHOLD_DAY, zone), made)
        deliveries.append(first)
        if number == CORRECTED:
            right = final_readings(special.customer, HOUSEHOLD_DAY, zone)[CORRECTED_INTERVAL]
            deliveries += [Delivery(number, key, [right], corrected), first]
    return deliveries


def _sun(reading: DemoReading, cloud: float) -> float:
    """Returns the kWh that a roof feeds in during a quarter-hour: a half sine from 8:00 to 16:30."""
    hour = reading.interval_start.hour + reading.interval_start.minute / 60
    height = math.sin(math.pi * (hour - 8) / 8.5) if 8 <= hour <= 16.5 else 0.0
    return round(_PEAK_KW / 4 * height * (0.4 + 0.6 * cloud), 4)
