"""The fields of a reading: how each is read from JSON, and its JSON Schema for OpenAPI.

The limits and the grid are the domain's (`lambdas.shared`).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from lambdas.shared.days import is_on_grid
from lambdas.shared.readings import QUANTITIES, Quantity

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No meter that reports quarter-hours is older; an earlier time is a clock that was never set."""

# RFC 3339, section 5.6; the offset is optional here so that its lack has a reason of its own.
_RFC_3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.(?P<fraction>[0-9]+))?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-5][0-9])?"
)

LONGEST_TIME = 64
ON_THE_GRID = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:(00|15|30|45):00([.]0+)?([Zz]|[+-][0-9]{2}:(00|15|30|45))$"
"""A quarter-hour's start as every zone of today writes it. (An offset of odd minutes, such as +00:07, could be on the
grid too, and is taken.)"""


class Field(Protocol):
    """One field of a reading."""

    @property
    def required(self) -> bool:
        """Whether a reading must have it."""

    def read(self, value: Any, now: datetime) -> Any:
        """The JSON value as Python keeps it. Raises `ValueError` with the reason."""

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

    def read(self, value: Any, now: datetime) -> datetime:
        time = interval_start(value) if isinstance(value, str) else parse_time(value)
        if time > now:
            raise ValueError("is in the future")
        if time < EARLIEST:
            raise ValueError(f"is before {EARLIEST:%Y-%m-%d}")
        return time

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

    def read(self, value: Any, now: datetime) -> Decimal | float | int | None:  # noqa: ARG002 - see Field
        if value is None and not self.required:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError("must be a JSON number")
        number = Decimal(value)
        if not self.quantity.minimum <= number <= self.quantity.maximum:
            raise ValueError(f"must be from {self.quantity.minimum} to {self.quantity.maximum}")
        places = self.quantity.decimal_places
        if places is None:
            return float(number)
        rounded = abs(round(number, places))
        if rounded != number:
            raise ValueError(f"must have at most {places} decimals" if places else "must be a whole number")
        return rounded if places else int(rounded)

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
