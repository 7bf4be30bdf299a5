"""Makes the API keys of the demo's customers. Anyone can compute them, so they are for a local stack only."""

import base64
import hmac

from domain.api_keys import hash_api_key
from domain.customers import Customer

DEMO_PHRASE = b"energy-consumption-monitoring demo keys: local stacks only"


def demo_api_key(number: str) -> str:
    """Returns the demo key of a metering point: 43 characters of URL-safe base64 (32 bytes of HMAC-SHA256)."""
    digest = hmac.digest(DEMO_PHRASE, number.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def demo_key_hashes(customer: Customer) -> list[str]:
    """Returns what the table `customers` holds of a demo customer's keys: the hash of the demo key."""
    return [hash_api_key(demo_api_key(customer.metering_point))]
