"""Makes the demo's day: the readings that each customer sends, with planted faults."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.customers import Customer
from domain.findings import INCOMPLETE_CONSUMPTION, MISSING_CONSUMPTION, MISSING_PARAMETERS
from seed.customers import demo_customer, demo_customers, demo_number
from seed.household import HOUSEHOLD_DAY, readings_of
from seed.readings import DemoReading
from seed.special import special_customers

DEMO_CUSTOMERS = 50
DEMO_DAY = HOUSEHOLD_DAY

SILENT = demo_number(4)
WITH_GAPS = demo_number(7)
WITHOUT_PARAMETERS = demo_number(6)
WRONG_KEY = demo_number(9)
ANOTHER = demo_number(10)
"""The customer whose key is tried on `WRONG_KEY`."""

# Quarter-hours of the day: 02:00 to 03:30 and 18:15
_GAPS = frozenset({*range(8, 14), 73})


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A planted fault of one customer, and the alarm that it must raise."""

    customer: Customer
    what: str
    raises: str


def planted_faults() -> list[PlantedFault]:
    """Returns one fault for each error type."""
    return [
        PlantedFault(demo_customer(SILENT), "sends nothing", MISSING_CONSUMPTION.code),
        PlantedFault(demo_customer(WITH_GAPS), f"leaves out {len(_GAPS)} quarter-hours", INCOMPLETE_CONSUMPTION.code),
        PlantedFault(demo_customer(WITHOUT_PARAMETERS), "sends no network parameters", MISSING_PARAMETERS.code),
    ]


def any_demo_customer(number: str, zone: ZoneInfo) -> Customer:
    """Returns the demo customer of a number, special or not. Raises `ValueError` where there is none."""
    special = {each.customer.metering_point: each.customer for each in special_customers(zone)}
    return special.get(number) or demo_customer(number)


def demo_senders() -> list[Customer]:
    """Returns the demo customers that send readings: all active customers except the silent one."""
    return [
        customer for customer in demo_customers(DEMO_CUSTOMERS) if customer.active and customer.metering_point != SILENT
    ]


def late_readings(customer: Customer, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the readings of the demo's day that the silent customer and the one with gaps did not send."""
    readings = readings_of(customer, DEMO_DAY, zone)
    if customer.metering_point == SILENT:
        return readings
    return [reading for index, reading in enumerate(readings) if index in _GAPS]


def demo_readings(customer: Customer, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the readings that the customer sends for the demo's day."""
    readings = readings_of(customer, DEMO_DAY, zone)
    match customer.metering_point:
        case number if number == WITH_GAPS:
            return [reading for index, reading in enumerate(readings) if index not in _GAPS]
        case number if number == WITHOUT_PARAMETERS:
            return [DemoReading(reading.interval_start, reading.consumption_kwh) for reading in readings]
        case _:
            return readings
