"""Each field of a reading judges its JSON values, reads them, and has a JSON Schema for OpenAPI.

`domain` has the limits and the grid.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from itertools import repeat
from typing import Any, Protocol

from domain.readings import QUALITIES, QUANTITIES, Quantity
from service.readings.times import EARLIEST, FORM, LONGEST_TIME, Terms, judge_starts, parse_time, starts_on

# `json_body` reads numbers as int and Decimal, `fast_parser` some as float. For Python a bool is an int, for JSON not.
_NUMBERS = frozenset({int, Decimal, float})
_STEPS = [Decimal(1).scaleb(-places) for places in range(10)]
_ROUNDING = Context(prec=50, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
"""50 digits hold every number near the limits, with the decimals that are kept."""


class Field(Protocol):
    """One field of a reading."""

    @property
    def required(self) -> bool:
        """Returns whether a reading must have the field."""

    @property
    def decoded(self) -> Any:
        """Returns the type that the fast parser's decoder reads. A type other than `Any` makes it faster."""

    @property
    def is_text(self) -> bool:
        """Returns whether the values are strings in JSON, apart from null."""

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:
        """Judges JSON values and returns them as Python values. Raises `ValueError` unless all are accepted.

        The fast parser passes a batch's whole column. The careful parser passes each value alone, so the error is the
        reason for that value. So every rule holds for both parsers.
        """

    def schema(self) -> dict[str, Any]:
        """Returns the field's JSON Schema."""


@dataclass(frozen=True)
class IntervalStart:
    """The start of the interval. The interval need not be over. A later reading revises an early one."""

    required: bool = True
    decoded: Any = Any
    is_text: bool = True

    def read(self, values: Sequence[Any], terms: Terms) -> list[datetime]:
        on_grid = starts_on(terms.grid)
        starts = [on_grid(value) if isinstance(value, str) else parse_time(value) for value in values]
        judge_starts(min(starts), max(starts), terms)
        return starts

    def schema(self) -> dict[str, Any]:
        return {
            "type": "string",
            "format": "date-time",
            "pattern": FORM,
            "maxLength": LONGEST_TIME,
            "description": "Start of the interval: RFC 3339, the offset mandatory, on the grid of the metering point's "
            f"length from local midnight on, not in the future, not before {EARLIEST:%Y-%m-%d}. A start that is off "
            "the grid by no more than the clock tolerance (30 s) is put on it.",
        }


@dataclass(frozen=True)
class Measured:
    """A quantity's value: a `Decimal` where its decimals are limited, `int` where it has none, else `float`.

    More decimals than are kept are rounded half to even.
    """

    quantity: Quantity
    is_text: bool = False

    @property
    def required(self) -> bool:
        return self.quantity.required

    @property
    def decoded(self) -> Any:
        """Returns float for a quantity without a limit to its decimals, because it is stored as a float."""
        return float | None if self.quantity.decimal_places is None else Any

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:  # noqa: ARG002 - see Field
        return self._kept(values) if self.required else _around_null(self._kept, values)

    def _kept(self, numbers: Sequence[Any]) -> list[Any]:
        types = set(map(type, numbers))
        if not types <= _NUMBERS:
            raise ValueError("must be a JSON number")
        places = self.quantity.decimal_places
        if places is None:
            least, most = self._judge(numbers)
            if float in types and (least == self.quantity.minimum or most == self.quantity.maximum):
                raise ValueError("is at a limit, and may have been rounded to it")
            return [float(number) + 0.0 for number in numbers]  # -0.0 + 0.0 is 0.0
        try:
            rounded = (
                numbers
                if types == {int} and not places
                else [*map(_ROUNDING.quantize, numbers, repeat(_STEPS[places]))]
            )
        except ArithmeticError:  # more digits than any number near the limits
            self._judge(numbers)
            raise ValueError(self._range()) from None
        self._judge(rounded)
        return list(rounded) if places or rounded is numbers else list(map(int, rounded))

    def _judge(self, numbers: Sequence[Any]) -> tuple[Any, Any]:
        """Returns the least and the greatest number. Raises `ValueError` unless both are within the limits."""
        least, most = min(numbers), max(numbers)
        if least < 0 and self.quantity.negative_hint:
            raise ValueError(f"must not be negative: {self.quantity.negative_hint}")
        if not (self.quantity.minimum <= least and most <= self.quantity.maximum):
            raise ValueError(self._range())
        return least, most

    def _range(self) -> str:
        return f"must be from {self.quantity.minimum} to {self.quantity.maximum}"

    def schema(self) -> dict[str, Any]:
        places = self.quantity.decimal_places
        kept = (
            ""
            if places is None
            else f" Rounded half to even to {places} decimals."
            if places
            else (" Rounded half to even to a whole number.")
        )
        hint = f" Not negative: {self.quantity.negative_hint}." if self.quantity.negative_hint else ""
        return {
            "type": "number" if self.required else ["number", "null"],
            "minimum": _json_number(self.quantity.minimum),
            "maximum": _json_number(self.quantity.maximum),
            "description": f"Unit: {self.quantity.unit}.{kept}{hint}",
        }


@dataclass(frozen=True)
class Quality:
    """What the sender says of the values. Null stands for the default."""

    required: bool = False
    decoded: Any = Any
    is_text: bool = True

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:  # noqa: ARG002 - see Field
        if any(value is not None and not (isinstance(value, str) and value in QUALITIES) for value in values):
            raise ValueError(f"must be one of {', '.join(QUALITIES)}")
        return [QUALITIES[0] if value is None else value for value in values]

    def schema(self) -> dict[str, Any]:
        return {
            "type": ["string", "null"],
            "enum": [*QUALITIES, None],
            "description": f"What the sender says of the values. Without it: {QUALITIES[0]}.",
        }


FIELDS: dict[str, Field] = {
    "interval_start": IntervalStart(),
    **{quantity.field: Measured(quantity) for quantity in QUANTITIES},
    "quality": Quality(),
}
"""The fields by name, in the order of `Reading`."""

GIVEN = {
    name: 1 << (number + 1) for number, name in enumerate(each for each, field in FIELDS.items() if not field.required)
}
"""The bit of each optional field in `Reading.given`. Bit 0 belongs to `reported_at` (`readings.repository`)."""
ALL_GIVEN = sum(GIVEN.values())


def _around_null(kept: Callable[[Sequence[Any]], list[Any]], values: Sequence[Any]) -> list[Any]:
    """Applies `kept` to the values that are not None, and leaves None where it is."""
    if None not in values:
        return kept(values)
    numbers = [value for value in values if value is not None]
    following = iter(kept(numbers) if numbers else ())
    return [None if value is None else next(following) for value in values]


def _json_number(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)
