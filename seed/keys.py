"""API keys of the demo's customers. They can be worked out by anyone: for a local stack only."""

import base64
import hashlib
import hmac

DEMO_PHRASE = b"energy-consumption-monitoring demo keys: local stacks only"


def demo_api_key(number: int) -> str:
    """The demo key of a metering point: 43 characters of urlsafe base64 (32 bytes of HMAC-SHA256)."""
    digest = hmac.digest(DEMO_PHRASE, str(number).encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def key_hash(api_key: str) -> str:
    """What the customers table keeps of a key: its SHA-256 in hexadecimal."""
    return hashlib.sha256(api_key.encode()).hexdigest()
