"""The boundaries of the shards come from samples: exact for few customers, and nearly even for many."""

from bisect import bisect_left
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customer_samples import MOST_NUMBERS, NO_CUSTOMERS, InvalidSampleError, Sample, boundaries, sample_of
from domain.shards import shards_between

NUMBERS = st.sets(st.text("0123456789ABCZ-", min_size=1, max_size=6), max_size=80)


@given(NUMBERS, st.integers(1, 9), st.integers(1, 6), st.randoms(use_true_random=False))
def test_few_customers_are_divided_evenly(numbers: set[str], shards: int, parts: int, random: Random) -> None:
    segments: list[list[str]] = [[] for _ in range(parts)]
    for number in sorted(numbers):
        random.choice(segments).append(number)
    found = boundaries(map(sample_of, segments), shards)
    if not numbers:
        assert found == [NO_CUSTOMERS] * (shards - 1)
        return
    ranges = shards_between(found)
    sizes = [sum(shard.first <= number < shard.end for number in numbers) for shard in ranges]
    assert sum(sizes) == len(numbers)
    assert max(sizes) - min(sizes) <= 1
    assert boundaries(map(sample_of, reversed(segments)), shards) == found


@pytest.mark.parametrize(("customers", "parts"), [(100_000, 4), (300_000, 25), (50_000, 1)])
@pytest.mark.parametrize("uneven", [False, True])
def test_many_customers_are_divided_nearly_evenly(customers: int, parts: int, uneven: bool) -> None:
    """DynamoDB divides by a hash, so a part's numbers are spread. Even parts of neighbours make no great difference."""
    random = Random(7)  # noqa: S311  numbers for a test
    numbers = [f"{number:09}" for number in range(customers)]
    segments: list[list[str]] = [[] for _ in range(parts)]
    for index, number in enumerate(numbers):
        segments[index * parts // customers if uneven else random.randrange(parts)].append(number)
    shards = -(-customers // 7_000)
    edges = [0, *(bisect_left(numbers, edge) for edge in boundaries(map(sample_of, segments), shards)), customers]
    sizes = [end - first for first, end in pairwise(edges)]
    assert max(sizes) < 1.1 * customers / shards
    assert min(sizes) > 0.9 * customers / shards


@given(st.integers(0, 20_000))
def test_a_sample_is_small_and_stands_for_all_rows(rows: int) -> None:
    sample = sample_of([f"{row:05}" for row in range(rows)])
    assert len(sample.numbers) <= MOST_NUMBERS
    assert sum(weight for _, weight in sample.weights()) == rows
    assert Sample.from_json(sample.as_json()) == sample


@pytest.mark.parametrize("value", [None, {}, {"rows": 1, "step": 0, "numbers": []}, {"rows": "1", "step": 1}])
def test_a_value_that_is_no_sample_is_refused(value: object) -> None:
    with pytest.raises(InvalidSampleError):
        Sample.from_json(value)
