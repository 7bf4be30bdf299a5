"""A day is divided into shards: contiguous ranges of metering point numbers, so that a day's parts are in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from domain.metering_points import MAX_DIGITS

BELOW_ALL = 0
ABOVE_ALL = 10**MAX_DIGITS
"""No metering point has these 2 numbers. They bound the outer shards, so every reading belongs to one shard."""


class InvalidShardError(ValueError):
    """A value does not have the form of a shard."""


@dataclass(frozen=True)
class Shard:
    """A shard has the metering points from `first` on, before `end`. `number` counts from 0."""

    number: int
    first: int = BELOW_ALL
    end: int = ABOVE_ALL

    def as_json(self) -> dict[str, Any]:
        """`{"number": 0, "first": "0", "end": "1000000000000000000"}`: text, because JSON's numbers lose digits."""
        return {"number": self.number, "first": str(self.first), "end": str(self.end)}

    @classmethod
    def from_json(cls, value: object) -> "Shard":
        """Reads the value that `as_json` returned. Raises `InvalidShardError`."""
        try:
            assert isinstance(value, Mapping)  # noqa: S101  for the type checker; handled below
            return cls(int(value["number"]), int(value["first"]), int(value["end"]))
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            raise InvalidShardError(f"no shard: {value!r}") from error


def shards_between(boundaries: Sequence[int]) -> list[Shard]:
    """Returns the shards between ascending boundaries. Each boundary is the first number of a shard.

    There is one shard more than boundaries. Two equal boundaries make a shard without metering points.
    """
    edges = [BELOW_ALL, *boundaries, ABOVE_ALL]
    return [Shard(number, first, end) for number, (first, end) in enumerate(pairwise(edges))]
