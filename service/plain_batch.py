"""The usual body, in which nothing is out of the ordinary, read in a fraction of the time that `reading_batch` takes.

It knows a part of what `json_body` and `reading_batch` take, with the same result, and leaves all else to them: what
has to be refused with its reasons, and rare spellings of what is taken. A test holds the two against each other.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from lambdas.shared.readings import CONSUMPTION, MAX_READINGS_PER_REQUEST, NETWORK_PARAMETERS
from service.reading_batch import Reading
from service.reading_fields import interval_start

LONGEST = 64 * 1024
"""Bytes of a body that are read here: less than a millisecond's work, which the event loop can do itself."""

_VOLTAGE, _FREQUENCY, _DROPS, _DOWN_TIME = NETWORK_PARAMETERS
# Within the limits, not at them: there a float may have been rounded into its range.
_Voltage = Annotated[float, Meta(gt=float(_VOLTAGE.minimum), lt=float(_VOLTAGE.maximum))]
_Frequency = Annotated[float, Meta(gt=float(_FREQUENCY.minimum), lt=float(_FREQUENCY.maximum))]
_Drops = Annotated[int, Meta(ge=int(_DROPS.minimum), le=int(_DROPS.maximum))]
_DownTime = Annotated[int, Meta(ge=int(_DOWN_TIME.minimum), le=int(_DOWN_TIME.maximum))]

# Numbers in their simplest spelling and within numeric(12,6), each followed by a comma.
_CONSUMPTIONS = re.compile(
    rb"(?:(?:0|[1-9][0-9]{0,%d})(?:\.[0-9]{1,%d})?,)+"
    % (len(str(int(CONSUMPTION.maximum))) - 1, CONSUMPTION.decimal_places or 0)
)


class _Item(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    interval_start: str
    consumption_kwh: Raw
    average_voltage_v: _Voltage | UnsetType | None = UNSET
    average_frequency_hz: _Frequency | UnsetType | None = UNSET
    voltage_drops: _Drops | UnsetType | None = UNSET
    down_time_seconds: _DownTime | UnsetType | None = UNSET


_Items = Annotated[list[_Item], Meta(min_length=1, max_length=MAX_READINGS_PER_REQUEST)]


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    readings: _Items


_decode = msgspec.json.Decoder(_Batch).decode


def parse(body: bytes, now: datetime, oldest: datetime) -> list[Reading] | None:
    """The readings of `body` in the order of their interval starts, from `oldest` up to `now`.

    None where `json_body` and `reading_batch` have to look at it.
    """
    try:
        items = _decode(body).readings
        starts = [interval_start(item.interval_start) for item in items]
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors too
        return None
    consumptions = _consumptions(items)
    optional = _optional(items)
    if consumptions is None or _names_twice(body, len(items), optional):
        return None
    if len(set(starts)) < len(starts) or max(starts) > now or min(starts) < oldest:
        return None
    measured = ([None if value is UNSET else value for value in column] for column in optional)
    return sorted(map(Reading, starts, consumptions, *measured))


def _optional(items: Sequence[_Item]) -> list[list[Any]]:
    return [
        [item.average_voltage_v for item in items],
        [item.average_frequency_hz for item in items],
        [item.voltage_drops for item in items],
        [item.down_time_seconds for item in items],
    ]


def _consumptions(items: Sequence[_Item]) -> list[Decimal] | None:
    literals = [bytes(item.consumption_kwh) for item in items]
    if _CONSUMPTIONS.fullmatch(b",".join([*literals, b""])) is None:
        return None
    return [Decimal(literal.decode("ascii")) for literal in literals]


def _names_twice(body: bytes, count: int, optional: Sequence[Sequence[Any]]) -> bool:
    """Whether an object may hold a name twice, which the decoder does not tell.

    Without escapes every string has two quotation marks. Those strings are `readings` and, of each reading, its names
    and its interval start.
    """
    left_out = sum(column.count(UNSET) for column in optional)
    strings = 1 + count * (len(_Item.__struct_fields__) + 1) - left_out
    return b"\\" in body or body.count(b'"') != 2 * strings
