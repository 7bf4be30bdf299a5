"""Makes the API keys of the demo's customers. Anyone can compute them, so they are for a local stack only."""

import base64
import hmac

DEMO_PHRASE = b"energy-consumption-monitoring demo keys: local stacks only"


def demo_api_key(number: str) -> str:
    """Returns the demo key of a metering point: 43 characters of URL-safe base64 (32 bytes of HMAC-SHA256)."""
    digest = hmac.digest(DEMO_PHRASE, number.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
