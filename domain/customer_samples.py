"""Decides the boundaries between shards from samples of the customers' numbers, so that no function reads all numbers.

A part of the customers is sorted by number. Its sample takes every `step`-th number, from the middle of each group of
`step` numbers. So the number of earlier customers of a part is known within half a group, too high as often as too low.
With up to `MOST_NUMBERS` customers a part's step is 1, and the boundaries are exact.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Any

MOST_NUMBERS = 8_000
"""The most numbers of a sample. 25 parts of 400,000 customers give 200,000 numbers, about 20 MB in memory.

Of 10 million random customers in 25 parts, 8,000 numbers give shards of 6,565 to 7,343 customers, where 7,000 are
meant. 2,000 numbers gave 5,426 to 9,170.
"""

NO_CUSTOMERS = "0"
"""The boundary between the shards of a table without customers."""


class InvalidSampleError(ValueError):
    """A value does not have the form of a sample."""


@dataclass(frozen=True)
class Sample:
    """A sample of `rows` sorted numbers. Each number stands for `step` rows, and the last one for the rest."""

    rows: int
    step: int
    numbers: Sequence[str]

    @classmethod
    def empty_of(cls, rows: int) -> "Sample":
        """Returns the sample of so many rows before any number is taken."""
        return cls(rows, max(1, -(-rows // MOST_NUMBERS)), [])

    def takes(self, row: int) -> bool:
        """Returns whether the number of this row, counted from 0, belongs to the sample."""
        start = row - row % self.step
        return row == start + self._weight(start) // 2

    def weights(self) -> Iterator[tuple[str, int]]:
        """Yields each number with the rows that it stands for."""
        for index, number in enumerate(self.numbers):
            yield number, self._weight(index * self.step)

    def as_json(self) -> dict[str, Any]:
        """Returns `{"rows", "step", "numbers"}`."""
        return {"rows": self.rows, "step": self.step, "numbers": list(self.numbers)}

    @classmethod
    def from_json(cls, value: object) -> "Sample":
        """Reads the value that `as_json` returned. Raises `InvalidSampleError`."""
        match value:
            case {"rows": int(rows), "step": int(step), "numbers": list(numbers)} if step > 0:
                return cls(rows, step, numbers)
        raise InvalidSampleError("the value is no sample of numbers")

    def _weight(self, start: int) -> int:
        return min(self.step, self.rows - start)


def boundaries(samples: Iterable[Sample], shards: int) -> list[str]:
    """Returns the numbers that divide the customers of all samples into `shards` of about the same size.

    The same samples give the same boundaries, in whatever order they come. Where all steps are 1, the sizes of the
    shards differ by at most 1.
    """
    every = list(samples)
    rows = sum(sample.rows for sample in every)
    wanted = [rows * shard // shards for shard in range(1, shards)]
    if not rows:
        return [NO_CUSTOMERS for _ in wanted]
    numbers, ranks = _ranked(every)
    return [numbers[min(bisect_left(ranks, row), len(numbers) - 1)] for row in wanted]


def _ranked(samples: Sequence[Sample]) -> tuple[list[str], list[int]]:
    """Returns the numbers of all samples in order, each with the estimated number of customers before it."""
    numbers, ranks = [], []
    before = 0
    for number, weight in merge(*(sample.weights() for sample in samples)):
        numbers.append(number)
        ranks.append(before + weight // 2)
        before += weight
    return numbers, ranks


def sample_of(numbers: Sequence[str]) -> Sample:
    """Returns the sample of sorted numbers."""
    sample = Sample.empty_of(len(numbers))
    taken = [number for row, number in enumerate(numbers) if sample.takes(row)]
    return Sample(sample.rows, sample.step, taken)
