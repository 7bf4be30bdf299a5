"""This library makes demo customers and readings for a local stack. The same call gives the same data."""

from seed.customers import HOUSEHOLD_NUMBER
from seed.keys import demo_api_key


def demo_key() -> tuple[str, str]:
    """Returns the metering point and the key of a demo customer, to try the API with."""
    return HOUSEHOLD_NUMBER, demo_api_key(HOUSEHOLD_NUMBER)
