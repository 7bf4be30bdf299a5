"""Ends a function at a chosen write or deletion of an object."""

from collections.abc import Callable
from typing import Any


class CrashError(Exception):
    """Ends the function at this point, as a kill would."""


def crash_at(count: int, happens: Callable[..., bool]) -> Callable[..., None]:
    """Returns a function that raises `CrashError` when `happens` is true for the `count`th time."""
    seen = iter(range(1, 1_000_000))

    def fault(*about: Any) -> None:
        if happens(*about) and next(seen) == count:
            raise CrashError

    return fault


def writes(part: str) -> Callable[[str, str], bool]:
    """Returns a condition that is true for each write of an object whose key contains `part`."""
    return lambda operation, key: operation == "put" and part in key
