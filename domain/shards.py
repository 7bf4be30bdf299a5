"""The shards of a day: contiguous ranges of metering point numbers, so that a day's parts are in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from domain.metering_points import MAX_DIGITS

BELOW_ALL = 0
ABOVE_ALL = 10**MAX_DIGITS
"""No metering point has these numbers: the outer shards are open, readings without a customer belong to one too."""


class InvalidShardError(ValueError):
    """A shard out of shape."""


@dataclass(frozen=True)
class Shard:
    """The metering points from `first` on and before `end`; `number` counts from 0."""

    number: int
    first: int = BELOW_ALL
    end: int = ABOVE_ALL

    def as_json(self) -> dict[str, Any]:
        """`{"number": 0, "first": "0", "end": "1000000000000000000"}`: text, as JSON's numbers lose digits."""
        return {"number": self.number, "first": str(self.first), "end": str(self.end)}

    @classmethod
    def from_json(cls, value: object) -> "Shard":
        """What `as_json` gave. Raises `InvalidShardError`."""
        try:
            assert isinstance(value, Mapping)  # noqa: S101  an answer to the type checker, raised as the others
            return cls(int(value["number"]), int(value["first"]), int(value["end"]))
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            raise InvalidShardError(f"no shard: {value!r}") from error


def shards_between(boundaries: Sequence[int]) -> list[Shard]:
    """One shard more than there are boundaries, each of which is the first number of a shard.

    The boundaries ascend; between two that are the same is a shard without metering points.
    """
    edges = [BELOW_ALL, *boundaries, ABOVE_ALL]
    return [Shard(number, first, end) for number, (first, end) in enumerate(pairwise(edges))]
