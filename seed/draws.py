"""Draws reproducible numbers. The same key gives the same number on every machine and every Python version.

`random.Random` guarantees that for `random()` only, not for `choice` or `gauss`. A hash guarantees it for all draws.
"""

import hashlib
from collections.abc import Sequence

_DRAW_BYTES = 4
_DRAW_RANGE = 2 ** (8 * _DRAW_BYTES)


def units(count: int, *key: object) -> list[float]:
    """Returns `count` numbers in [0, 1). They depend only on `key`."""
    text = "/".join(str(part) for part in key)
    stream = hashlib.shake_256(text.encode()).digest(_DRAW_BYTES * count)
    steps = range(0, len(stream), _DRAW_BYTES)
    return [int.from_bytes(stream[start : start + _DRAW_BYTES]) / _DRAW_RANGE for start in steps]


def unit(*key: object) -> float:
    """Returns one number in [0, 1)."""
    return units(1, *key)[0]


def choose[T](options: Sequence[T], *key: object) -> T:
    """Returns one of `options`. All are equally likely."""
    return options[int(unit(*key) * len(options))]


def between(low: float, high: float, *key: object) -> float:
    """Returns one number in [low, high)."""
    return low + (high - low) * unit(*key)
