"""Makes the demo's day: the readings that each customer sends, with planted faults."""

from zoneinfo import ZoneInfo

from domain.customers import Customer
from seed.customers import demo_customer, demo_customers, demo_number
from seed.demo_faults import SILENT, is_missing, planted_faults
from seed.household import HOUSEHOLD_DAY, readings_of
from seed.readings import DemoReading
from seed.special import special_customers

DEMO_CUSTOMERS = 50
DEMO_DAY = HOUSEHOLD_DAY

WRONG_KEY = demo_number(9)
ANOTHER = demo_number(10)
"""The customer whose key is tried on `WRONG_KEY`."""


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
    return [reading for index, reading in enumerate(readings) if is_missing(index)]


def demo_readings(customer: Customer, zone: ZoneInfo) -> list[DemoReading]:
    """Returns the readings that the customer sends for the demo's day."""
    readings = readings_of(customer, DEMO_DAY, zone)
    for fault in planted_faults():
        if fault.customer.metering_point == customer.metering_point:
            return fault.plant(fault.customer, readings)
    return readings
