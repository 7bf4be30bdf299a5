"""Numbers of shards are merged exactly, in any order, and their size is bounded."""

import json
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.summaries import MOST_COUNTIES, OTHERS, WORST, Group, InvalidSummaryError, Numbers, badness, content_name

KWH = st.decimals(0, 999_999, places=6)
COUNTS = st.integers(0, 1_000)
GROUPS = st.builds(Group, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, KWH, KWH)
HOURS = st.lists(st.builds(Group, st.just(0), st.just(0), COUNTS, COUNTS, COUNTS, KWH, KWH), min_size=24, max_size=24)
NAMED = st.dictionaries(st.sampled_from(["", "HH", "I", "Grad Zagreb"]), GROUPS)


def point(number: int, received: int = 0, alarms: int = 1, expected: int = 96) -> dict[str, Any]:
    return {"number": str(number), "expected": expected, "received": received, "alarms": alarms, "reasons": []}


NUMBERS = st.builds(
    Numbers,
    GROUPS,
    HOURS,
    NAMED,
    NAMED,
    st.dictionaries(st.sampled_from(["MCD", "ICD"]), st.dictionaries(st.sampled_from(["alarm", "note"]), COUNTS)),
    COUNTS,
    st.dictionaries(st.sampled_from(["interpolation", "like_days"]), COUNTS),
    st.lists(st.builds(point, st.integers(1, 10**6), st.integers(0, 96)), max_size=WORST),
)


def merged(*parts: Any) -> dict[str, Any]:
    total = Numbers()
    for part in parts:
        total.merge(Numbers.of_json(part))
    return total.as_json()


@settings(max_examples=30, deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=3))
def test_the_order_of_the_shards_does_not_matter(shards: list[Numbers]) -> None:
    parts = [shard.as_json() for shard in shards]
    assert len({json.dumps(merged(*order)) for order in permutations(parts)}) == 1


@settings(max_examples=30, deadline=None)
@given(NUMBERS)
def test_json_has_everything(numbers: Numbers) -> None:
    written = numbers.as_json()
    assert Numbers.of_json(json.loads(json.dumps(written))).as_json() == written
    assert written["total"]["kwh"] == f"{numbers.total.kwh:f}"


def test_small_counties_are_summed_up_and_no_count_is_lost() -> None:
    counties = {f"County {number:03}": Group(metering_points=number, kwh=Decimal(number)) for number in range(100)}
    written = Numbers(counties=counties).as_json()["counties"]
    assert len(written) == MOST_COUNTIES + 1
    assert next(iter(written)) == "County 099"
    assert written[OTHERS]["metering_points"] == sum(range(100 - MOST_COUNTIES))
    again = merged({**Numbers(counties=counties).as_json()}, {**Numbers(counties=counties).as_json()})["counties"]
    assert sum(group["metering_points"] for group in again.values()) == 2 * sum(range(100))
    assert len(again) == MOST_COUNTIES + 1


def test_only_the_worst_points_are_kept() -> None:
    parts = [Numbers(worst=[point(number, received=number) for number in range(start, 96, 3)]) for start in range(3)]
    worst = merged(*(part.as_json() for part in parts))["worst"]
    assert [each["number"] for each in worst] == [str(number) for number in range(WORST)]


def test_alarms_count_as_much_as_missing_intervals() -> None:
    complete, half, silent = point(1, 96, alarms=2), point(2, 48), point(3, 0)
    assert sorted([complete, half, silent], key=badness) == [silent, half, complete]
    assert badness(point(1, 96, alarms=6)) == badness(point(1, 48, alarms=1))
    assert badness(point(1, 0, expected=0))[0] == -10


def test_the_name_follows_each_part() -> None:
    assert content_name("a", "b", "c", "d") == content_name("a", "b", "c", "d")
    assert len({content_name(*order) for order in permutations("abcd")}) == 24


@pytest.mark.parametrize("wrong", [None, [], {}, {"total": {}}, {"total": {"kwh": "many"}}])
def test_anything_else_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidSummaryError):
        Numbers.of_json(wrong)
