"""Shards are ranges of text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shards import InvalidShardError, Shard, shards_between
from tests.unit.domain.test_metering_points import NUMBERS

BOUNDARIES = st.lists(NUMBERS, max_size=6).map(sorted)


@given(BOUNDARIES, NUMBERS)
def test_every_number_belongs_to_one_shard(boundaries: list[str], number: str) -> None:
    shards = shards_between(boundaries)
    assert len(shards) == len(boundaries) + 1
    assert [shard.first <= number < shard.end for shard in shards].count(True) == 1


@given(BOUNDARIES, st.lists(NUMBERS))
def test_shards_are_in_the_order_of_the_numbers(boundaries: list[str], numbers: list[str]) -> None:
    parts = [sorted(n for n in numbers if shard.first <= n < shard.end) for shard in shards_between(boundaries)]
    assert [number for part in parts for number in part] == sorted(numbers)


@given(BOUNDARIES)
def test_json_gives_the_shard_back(boundaries: list[str]) -> None:
    for shard in shards_between(boundaries):
        assert Shard.from_json(shard.as_json()) == shard


def test_leading_zeros_and_letters_sort_by_code_point() -> None:
    middle = shards_between(["01", "A"])[1]
    inside = [number for number in ("0", "01", "010", "1", "9", "A", "B") if middle.first <= number < middle.end]
    assert inside == ["01", "010", "1", "9"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [],
        {"number": 0, "first": 0, "end": 1},
        {"number": "0", "first": "", "end": "~"},
        {"number": 0, "first": ""},
    ],
)
def test_what_is_no_shard_is_refused(value: Any) -> None:
    with pytest.raises(InvalidShardError):
        Shard.from_json(value)


def test_boundaries_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(InvalidShardError, match="ascend"):
        shards_between(["9", "10"])
