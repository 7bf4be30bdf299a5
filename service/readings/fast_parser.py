"""The fast parser reads a common body in a fraction of the time that the careful parser takes.

The careful parser is `http.json_body` and `readings.parser`. The fast parser has no rules about readings. It applies
the rules of `parser`, `fields` and `times` to one column at a time. Its own rules are about spelling. It leaves a body
to the careful parser where it cannot judge the spelling (an escape, a name that may be there twice), and where the body
has to be refused with reasons. A test holds that both parsers take the same readings.
"""

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from domain.intervals import MINUTES
from service.problems import ProblemError
from service.readings import parser
from service.readings.fields import FIELDS, GIVEN, Field
from service.readings.parser import Delivery, Reading
from service.readings.times import Terms

LONGEST = 64 * 1024
"""The largest body in bytes. Reading it takes less than 1 ms, which the event loop can spend."""

# Every value keeps its JSON type. The field's rules judge it.
_Item = msgspec.defstruct(
    "_Item",
    [
        (name, field.decoded) if field.required else (name, field.decoded | UnsetType, UNSET)
        for name, field in FIELDS.items()
    ],
    forbid_unknown_fields=True,
    gc=False,
)
_values = attrgetter(*FIELDS)


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    readings: list[_Item]  # type: ignore[valid-type]
    reported_at: str | UnsetType = UNSET


# Numbers are read as in `json_body`: an int, or a Decimal with all its digits.
_decode = msgspec.json.Decoder(_Batch, float_hook=Decimal).decode
_DOWN_TIME = list(FIELDS).index("down_time_seconds")
_SHORTEST_SECONDS = min(MINUTES) * 60


def parse(body: bytes, terms: Terms) -> Delivery | None:
    """Returns the delivery of a body. Returns None for a body for the careful parser."""
    try:
        batch = _decode(body)
        items: list[Any] = batch.readings
        if not parser.is_number_taken(len(items)):
            return None
        reported = None if batch.reported_at is UNSET else parser.reported_at(batch.reported_at, terms)
        named = zip(FIELDS.items(), zip(*map(_values, items), strict=True), strict=True)
        columns = [_Column(name, field, values) for (name, field), values in named]
        if not _names_are_plain(body, columns, has_reported_at=reported is not None):
            return None
        kept = [column.kept(terms) for column in columns]
        readings = [*map(Reading._make, zip(*kept, _masks(columns), strict=True))]
        if max(filter(None, kept[_DOWN_TIME]), default=0) > _SHORTEST_SECONDS:
            for reading in readings:
                parser.judge_down_time(reading, terms)
        return parser.whole(readings, reported)
    # msgspec's errors are ValueErrors. An exponent can be out of the range of Decimal.
    except (ValueError, ArithmeticError, RecursionError, ProblemError):
        return None


class _Column:
    """A field's values in a batch."""

    def __init__(self, name: str, field: Field, values: Sequence[Any]) -> None:
        self._field = field
        self._values = values
        self._bit = GIVEN.get(name, 0)
        self.given = len(values) - (0 if field.required else values.count(UNSET))

    def kept(self, terms: Terms) -> Sequence[Any]:
        """Returns the values as they are stored. A value that was left out is None."""
        if self.given == len(self._values):
            return self._field.read(self._values, terms)
        if not self.given:
            return [None] * len(self._values)
        left_out = [value is UNSET for value in self._values]
        given = iter(self._field.read([value for value in self._values if value is not UNSET], terms))
        return [None if out else next(given) for out in left_out]

    def bits(self) -> int | list[int]:
        """Returns the field's bit of `Reading.given`: one number where it is the same for the whole batch."""
        if self.given in (0, len(self._values)):
            return self._bit if self.given else 0
        return [0 if value is UNSET else self._bit for value in self._values]

    def strings(self) -> int:
        """Returns the number of JSON strings in the values."""
        return self.given - self._values.count(None) if self._field.is_text else 0


def _masks(columns: Sequence[_Column]) -> list[int]:
    """Returns `Reading.given` of each reading."""
    of_columns = [column.bits() for column in columns]
    common = sum(bits for bits in of_columns if isinstance(bits, int))
    mixed = [bits for bits in of_columns if isinstance(bits, list)]
    if not mixed:
        return [common] * columns[0].given
    return [common + sum(bits) for bits in zip(*mixed, strict=True)]


def _names_are_plain(body: bytes, columns: Sequence[_Column], *, has_reported_at: bool) -> bool:
    """Returns whether no object has a name twice. The decoder does not report that.

    Without escapes, every string has 2 quotation marks. A body's strings are `readings`, `reported_at` and its value,
    and for each reading its names and the values that are text. So a name that is there twice changes the count.
    """
    names = sum(column.given for column in columns)
    texts = sum(column.strings() for column in columns)
    return b"\\" not in body and body.count(b'"') == 2 * (1 + 2 * has_reported_at + names + texts)
