"""Each field of a reading judges its JSON values, reads them, and has a JSON Schema for OpenAPI.

`domain` has the limits and the grid.
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
"""No meter that reports quarter-hours is older. An earlier time comes from a clock that was never set."""

# RFC 3339, section 5.6. The offset is optional here, so that a missing offset gets its own reason.
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?"
)

# `json_body` reads numbers as int and Decimal, `fast_parser` some as float. For Python a bool is an int, for JSON not.
_NUMBERS = frozenset({int, Decimal, float})
_STEPS = [Decimal(1).scaleb(-places) for places in range(10)]
_EXACT = Context(prec=50, traps=[Inexact, InvalidOperation])
"""This context rounds nothing. A value with too many decimals is an error."""

LONGEST_TIME = 64
ON_THE_GRID = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:(00|15|30|45):00([.]0+)?([Zz]|[+-][0-9]{2}:(00|15|30|45))$"
"""The start of a quarter-hour, as every zone of today writes it. (A time with an offset of odd minutes, such as +00:07,
can be on the grid too. It is accepted.)"""


@dataclass(frozen=True)
class Terms:
    """A batch is judged at `now`. Readings that start before `oldest` are past retention. Both times are aware."""

    now: datetime
    oldest: datetime


class Field(Protocol):
    """One field of a reading."""

    @property
    def required(self) -> bool:
        """Returns whether a reading must have the field."""

    @property
    def decoded(self) -> Any:
        """Returns the type that the fast parser's decoder reads. A type other than `Any` makes it faster."""

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:
        """Judges JSON values and returns them as Python values. Raises `ValueError` unless all are accepted.

        The fast parser passes a batch's whole column. The careful parser passes each value alone, so the error is the
        reason for that value. So every rule holds for both parsers.
        """

    def schema(self) -> dict[str, Any]:
        """Returns the field's JSON Schema."""


def parse_time(value: Any) -> datetime:
    """Returns the instant in UTC of an RFC 3339 string with an offset, to the microsecond.

    Raises `ValueError` with the reason for anything else, also for a time without an offset.
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
    """Returns the instant in UTC of an RFC 3339 text on the quarter-hour grid.

    Raises `ValueError` with the reason. Meters report the same few instants, so the results are cached.
    """
    time = parse_time(text)
    if not is_on_grid(time):
        raise ValueError("must be the start of a quarter-hour: minute 00, 15, 30 or 45, second 0")
    return time


@dataclass(frozen=True)
class IntervalStart:
    """The start of the quarter-hour. The quarter-hour need not be over. A later reading revises an early one."""

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
    """A quantity's value: an exact `Decimal` where its decimals are limited, `int` where it has none, else `float`."""

    quantity: Quantity

    @property
    def required(self) -> bool:
        return self.quantity.required

    @property
    def decoded(self) -> Any:
        """Returns float for a quantity without a limit to its decimals, because it is stored as a float."""
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
"""The fields by name, in the order of `Reading`."""


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
