"""An API key has 43 characters of URL-safe base64. Only its hash is stored."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

MAX_KEYS = 2
"""A customer has at most 2 keys, so that one can be rotated while the other works."""

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DUMMY_HASH = "0" * 64


def generate_api_key() -> str:
    """Generates a key from 32 random bytes."""
    return secrets.token_urlsafe(32)


def is_api_key(text: object) -> bool:
    """Returns whether a text has a key's form. A header that was sent twice arrives joined by a comma: no such form."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def is_api_key_hash(text: object) -> bool:
    """Returns whether a text has the form of a stored hash."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def hash_api_key(key: str) -> str:
    """Returns the hash that is stored: SHA-256 in hex. 256 random bits need neither salt nor stretching."""
    return hashlib.sha256(key.encode()).hexdigest()


def matching_hash(key: str, hashes: Sequence[str]) -> str | None:
    """Returns the key's hash if it is among the hashes, else None.

    The number of comparisons is always `MAX_KEYS`, and each takes constant time. So the answer's time does not reveal
    whether a customer exists (an unknown customer has no hashes).
    """
    offered = hash_api_key(key)
    found = False
    for slot in range(MAX_KEYS):
        present = slot < len(hashes)
        stored = hashes[slot] if present else _DUMMY_HASH
        found |= hmac.compare_digest(offered, stored) & present
    return offered if found else None


def rotated(hashes: Sequence[str], new: str) -> tuple[str, ...]:
    """Returns the hashes after a new key was given out, oldest first: the newest hash so far, then the new hash.

    An older key stops working here, because a customer never has more than 2 keys.
    """
    return (*hashes[-(MAX_KEYS - 1) :], new)


def without_older(hashes: Sequence[str]) -> tuple[str, ...]:
    """Returns the hashes after the end of a rotation: only the newest hash."""
    return tuple(hashes[-1:])
