"""The fast parser reads a common body in a fraction of the time that the careful parser takes.

The careful parser is `http.json_body` and `readings.parser`. The fast parser has no rules about readings. It applies
the rules of `parser` and `fields` to one column at a time. Its own rules are about spelling. It leaves a body to the
careful parser where it cannot judge the spelling (an escape, a name that may be there twice), and where the body has to
be refused with reasons. A test holds that both parsers take the same readings.
"""

from collections.abc import Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from service.problems import ProblemError
from service.readings import parser
from service.readings.fields import FIELDS, Field, Terms
from service.readings.parser import Reading

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


# Numbers are read as in `json_body`: an int, or a Decimal with all its digits.
_decode = msgspec.json.Decoder(_Batch, float_hook=Decimal).decode


def parse(body: bytes, terms: Terms) -> list[Reading] | None:
    """Returns the readings in the order of their interval starts. Returns None for a body for the careful parser."""
    try:
        items: list[Any] = _decode(body).readings
        if not parser.is_number_taken(len(items)):
            return None
        columns = [_Column(*each) for each in zip(FIELDS.values(), zip(*map(_values, items), strict=True), strict=True)]
        if not _names_are_plain(body, columns):
            return None
        return parser.whole([*map(Reading, *(column.kept(terms) for column in columns))])
    # msgspec's errors are ValueErrors. An exponent can be out of the range of Decimal.
    except (ValueError, ArithmeticError, RecursionError, ProblemError):
        return None


class _Column:
    """A field's values in a batch."""

    def __init__(self, field: Field, values: Sequence[Any]) -> None:
        self._field = field
        self._values = values
        self.given = len(values) - (0 if field.required else values.count(UNSET))

    def kept(self, terms: Terms) -> Sequence[Any]:
        """Returns the values as they are stored. A value that was left out is None."""
        if self.given == len(self._values):
            return self._field.read(self._values, terms)
        if not self.given:
            return [None] * len(self._values)
        return self._field.read([None if value is UNSET else value for value in self._values], terms)


def _names_are_plain(body: bytes, columns: Sequence[_Column]) -> bool:
    """Returns whether no object has a name twice. The decoder does not report that.

    Without escapes, every string has 2 quotation marks. A body's strings are `readings`, and the names and the interval
    start of each reading. So a name that is there twice changes the count.
    """
    names = sum(column.given for column in columns)
    starts = columns[0].given
    return b"\\" not in body and body.count(b'"') == 2 * (1 + names + starts)
