"""Demo customers and readings, deterministic and for a local stack only."""

from seed.customers import HOUSEHOLD_NUMBER
from seed.keys import demo_api_key


def demo_key() -> tuple[int, str]:
    """A demo customer to try the API with: its metering point and its key."""
    return HOUSEHOLD_NUMBER, demo_api_key(HOUSEHOLD_NUMBER)
