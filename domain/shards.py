"""A day is divided into shards: contiguous ranges of metering point numbers, so that a day's parts are in order.

Numbers are text and sorted by code point, in Python as in Postgres (`COLLATE "C"`) and DuckDB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

BELOW_ALL = ""
ABOVE_ALL = "~"
"""No metering point has these 2 numbers. They bound the outer shards, so every reading belongs to one shard.

`~` is the last printable character of ASCII. Every number begins with a digit or a capital letter.
"""


class InvalidShardError(ValueError):
    """A value does not have the form of a shard."""


@dataclass(frozen=True)
class Shard:
    """A shard has the metering points from `first` on, before `end`. `number` counts from 0."""

    number: int
    first: str = BELOW_ALL
    end: str = ABOVE_ALL

    def as_json(self) -> dict[str, Any]:
        """Returns for example `{"number": 1, "first": "DE0001", "end": "~"}`."""
        return {"number": self.number, "first": self.first, "end": self.end}

    @classmethod
    def from_json(cls, value: object) -> "Shard":
        """Reads the value that `as_json` returned. Raises `InvalidShardError`."""
        match value:
            case {"number": int(number), "first": str(first), "end": str(end)}:
                return cls(number, first, end)
        raise InvalidShardError(f"no shard: {value!r}")


def shards_between(boundaries: Sequence[str]) -> list[Shard]:
    """Returns the shards between ascending boundaries. Each boundary is the first number of a shard.

    There is one shard more than boundaries. Two equal boundaries make a shard without metering points. Raises
    `InvalidShardError` where the boundaries do not ascend, because some readings would belong to no shard.
    """
    edges = [BELOW_ALL, *boundaries, ABOVE_ALL]
    if edges != sorted(edges):
        raise InvalidShardError("the boundaries between the shards do not ascend")
    return [Shard(number, first, end) for number, (first, end) in enumerate(pairwise(edges))]
