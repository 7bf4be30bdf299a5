"""The fields of a reading: how each is judged and read from JSON, and its JSON Schema for OpenAPI.

The limits and the grid are the domain's (`domain`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol

from domain.days import format_instant, is_on_grid
from domain.readings import QUANTITIES, Quantity

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No meter that reports quarter-hours is older; an earlier time is a clock that was never set."""

# RFC 3339, section 5.6; the offset is optional here so that its lack has a reason of its own.
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?"
)

# `json_body` gives numbers as int and Decimal, `fast_parser` some as float. A bool is an int to Python, not to JSON.
_NUMBERS = frozenset({int, Decimal, float})
_STEPS = [Decimal(1).scaleb(-places) for places in range(10)]
_EXACT = Context(prec=50, traps=[Inexact, InvalidOperation])
"""Rounds nothing: a value with more decimals than there is room for is an error."""

LONGEST_TIME = 64
ON_THE_GRID = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:(00|15|30|45):00([.]0+)?([Zz]|[+-][0-9]{2}:(00|15|30|45))$"
"""A quarter-hour's start as every zone of today writes it. (An offset of odd minutes, such as +00:07, could be on the
grid too, and is taken.)"""


@dataclass(frozen=True)
class Terms:
    """When a batch is judged: at `now`, with the readings kept that start at `oldest` or later (both aware)."""

    now: datetime
    oldest: datetime


class Field(Protocol):
    """One field of a reading."""

    @property
    def required(self) -> bool:
        """Whether a reading must have it."""

    @property
    def decoded(self) -> Any:
        """The type as which the fast parser's decoder hands it over: any, or what makes it faster."""

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:
        """Judges JSON values and returns them as Python keeps them. Raises `ValueError` unless all are taken.

        The fast parser gives it a batch's whole column. The careful parser gives it each value alone, which makes the
        message the reason for that value. So no rule can hold for one of the readers alone.
        """

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""


def parse_time(value: Any) -> datetime:
    """The instant in UTC of an RFC 3339 string with an offset, to the microsecond.

    Raises `ValueError` with the reason for anything else, a naive time too.
    """
    match = _RFC_3339.fullmatch(value) if isinstance(value, str) and len(value) <= LONGEST_TIME else None
    if match is None:
        raise ValueError("must be an RFC 3339 time such as 2026-11-23T10:15:00+01:00")
    if match["offset"] is None:
        raise ValueError("must have an offset from UTC, such as Z or +01:00")
    if len((match["fraction"] or "").rstrip("0")) > 6:
        raise ValueError("must not be finer than a microsecond")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("is not a time that exists") from None


@lru_cache(maxsize=20_000)
def interval_start(text: str) -> datetime:
    """The instant in UTC of an RFC 3339 text, which must be on the quarter-hour grid.

    Raises `ValueError` with the reason. Meters report the same few instants, so what they write is remembered.
    """
    time = parse_time(text)
    if not is_on_grid(time):
        raise ValueError("must be the start of a quarter-hour: minute 00, 15, 30 or 45, second 0")
    return time


@dataclass(frozen=True)
class IntervalStart:
    """The start of the quarter-hour. It may be under way: what is sent after its end revises it."""

    required: bool = True
    decoded: Any = Any

    def read(self, values: Sequence[Any], terms: Terms) -> list[datetime]:
        starts = [interval_start(value) if isinstance(value, str) else parse_time(value) for value in values]
        if max(starts) > terms.now:
            raise ValueError("is in the future")
        first = min(starts)
        if first < EARLIEST:
            raise ValueError(f"is before {EARLIEST:%Y-%m-%d}")
        if first < terms.oldest:
            kept = format_instant(terms.oldest)
            raise ValueError(f"is past the readings' retention: the oldest that are kept start at {kept}")
        return starts

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "date-time",
            "pattern": ON_THE_GRID,
            "maxLength": LONGEST_TIME,
            "description": "Start of the quarter-hour: RFC 3339, the offset mandatory, on the quarter-hour "
            f"grid, not in the future, not before {EARLIEST:%Y-%m-%d}.",
        }


@dataclass(frozen=True)
class Measured:
    """A quantity: exact `Decimal` where its decimals are limited, `int` where it has none, else `float`."""

    quantity: Quantity

    @property
    def required(self) -> bool:
        return self.quantity.required

    @property
    def decoded(self) -> Any:
        """A quantity without a limit to its decimals is kept as a float in any case."""
        return float | None if self.quantity.decimal_places is None else Any

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:  # noqa: ARG002 - see Field
        if self.required:
            return self._kept(values)
        numbers = [value for value in values if value is not None] if None in values else values
        if len(numbers) == len(values):
            return self._kept(numbers)
        following = iter(self._kept(numbers) if numbers else ())
        return [None if value is None else next(following) for value in values]

    def _kept(self, numbers: Sequence[Any]) -> list[Any]:
        types = set(map(type, numbers))
        if not types <= _NUMBERS:
            raise ValueError("must be a JSON number")
        least, most = min(numbers), max(numbers)
        if not (self.quantity.minimum <= least and most <= self.quantity.maximum):
            raise ValueError(f"must be from {self.quantity.minimum} to {self.quantity.maximum}")
        places = self.quantity.decimal_places
        if places is None:
            if float in types and (least == self.quantity.minimum or most == self.quantity.maximum):
                raise ValueError("is at a limit, and may have been rounded to it")
            return [float(number) + 0.0 for number in numbers]  # -0.0 + 0.0 is 0.0
        if places == 0 and types == {int}:
            return list(numbers)
        try:
            exact = map(_EXACT.quantize, numbers, repeat(_STEPS[places]))
            return list(exact if places else map(int, exact))
        except ArithmeticError:
            raise ValueError(f"must have at most {places} decimals" if places else "must be a whole number") from None

    def schema(self) -> dict[str, Any]:
        kind = "integer" if self.quantity.decimal_places == 0 else "number"
        places = f", at most {self.quantity.decimal_places} decimals" if self.quantity.decimal_places else ""
        return {
            "type": kind if self.required else [kind, "null"],
            "minimum": _json_number(self.quantity.minimum),
            "maximum": _json_number(self.quantity.maximum),
            "description": f"Unit: {self.quantity.unit}{places}.",
        }


FIELDS: dict[str, Field] = {
    "interval_start": IntervalStart(),
    **{quantity.field: Measured(quantity) for quantity in QUANTITIES},
}
"""By name, in the order of `Reading`."""


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
