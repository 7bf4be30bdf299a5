"""Finds round ticks for an axis, and the position of a value on it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` lie at positions from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Returns the position of a value. A value outside the scale is at its nearer end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Returns round values from at most `low` to at least `high`: at most `most` + 2 of them.

    The first and the last one are the ends of the axis. Without a range the axis goes to 1 above `low`.
    """
    if not high > low:
        high = low + 1
    raw = (high - low) / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in _STEPS if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(index * step, digits) for index in range(first, last + 1)]


def known(values: Iterable[float | None]) -> list[float]:
    """Returns the values that are there and finite."""
    return [value for value in values if value is not None and math.isfinite(value)]
