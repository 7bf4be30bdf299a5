"""API keys: 43 characters of URL-safe base64, of which only a hash is stored."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence

MAX_KEYS = 2
"""A customer has at most two keys, so that one can be rotated while the other works."""

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
_HASH = re.compile(r"[0-9a-f]{64}")
_DUMMY_HASH = "0" * 64


def generate_api_key() -> str:
    """A new key: 32 random bytes."""
    return secrets.token_urlsafe(32)


def is_api_key(text: object) -> bool:
    """Whether a text has a key's form. A header sent twice arrives joined by a comma, and has not."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def is_api_key_hash(text: object) -> bool:
    """Whether a text has the form of a stored hash."""
    return isinstance(text, str) and _HASH.fullmatch(text) is not None


def hash_api_key(key: str) -> str:
    """The hash that is stored, SHA-256 in hex: 256 random bits need neither salt nor stretching."""
    return hashlib.sha256(key.encode()).hexdigest()


def matching_hash(key: str, hashes: Sequence[str]) -> str | None:
    """The one of the hashes that is the key's; None where the key has none of them.

    Always as many comparisons as there can be keys, each in constant time, whatever the number of hashes:
    the answer's time does not tell an unknown customer (no hashes) from a known one.
    """
    offered = hash_api_key(key)
    found = False
    for slot in range(MAX_KEYS):
        present = slot < len(hashes)
        stored = hashes[slot] if present else _DUMMY_HASH
        found |= hmac.compare_digest(offered, stored) & present
    return offered if found else None


def rotated(hashes: Sequence[str], new: str) -> tuple[str, ...]:
    """The hashes, oldest first, after a new key was given out: the newest until now, then the new one.

    A key that was on its way out already, the older of two, ends here: there are never more than two.
    """
    return (*hashes[-(MAX_KEYS - 1) :], new)


def without_older(hashes: Sequence[str]) -> tuple[str, ...]:
    """The hashes after a rotation's end: the newest alone."""
    return tuple(hashes[-1:])
