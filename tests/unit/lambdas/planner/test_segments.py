"""The scan's segments follow an estimate. A wrong estimate costs steps, and loses no customer."""

from pathlib import Path
from typing import Any

import pytest

import lambdas.planner.scan_segment
from domain.object_keys import customer_report_key
from domain.shards import Shard
from lambdas.planner.divide_day import ReportError
from lambdas.planner.handler import InvalidActionError
from lambdas.planner.scan_segment import RESERVE_MS, InvalidSegmentError
from lambdas.planner.segments import LEAST_SEGMENTS, MOST_SEGMENTS, SEGMENT_CUSTOMERS
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from tests.unit.lambdas.examples import an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

DATE = "2026-03-29"
BEGIN = {"action": "begin", "input": {"date": DATE}, "run": RUN}


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """40 customers in 2 shards. The first one is silent, all others sent a day."""
    made = RunWorld(tmp_path, *map(an_item, range(1, 41)), shards=2)
    made.rows = [row for number in range(2, 41) for row in readings(number, DAY)]
    return made


@pytest.mark.parametrize(
    ("estimate", "segments"),
    [
        (0, LEAST_SEGMENTS),
        (SEGMENT_CUSTOMERS * LEAST_SEGMENTS, LEAST_SEGMENTS),
        (SEGMENT_CUSTOMERS * LEAST_SEGMENTS + 1, LEAST_SEGMENTS + 1),
        (10_000_000, 25),
        (10**9, MOST_SEGMENTS),
    ],
)
def test_the_segments_follow_the_estimate_within_bounds(world: RunWorld, estimate: int, segments: int) -> None:
    world.dynamodb.estimate = estimate
    assert world.planner(BEGIN)["segments"] == list(range(segments))


@pytest.mark.parametrize("estimate", [0, 40, 10_000_000])
def test_a_wrong_estimate_changes_nothing_in_the_day(
    world: RunWorld, estimate: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = world.run()
    objects = dict(world.readable.items())
    world.dynamodb.estimate = estimate
    monkeypatch.setattr(lambdas.planner.scan_segment, "PART_CUSTOMERS", 3)
    again = world.run(OTHER_RUN)
    assert again["publication"] == {"number": 1, "is_new": False}
    assert [again[name] for name in ("exported", "enriched")] == [expected[name] for name in ("exported", "enriched")]
    assert {key: world.readable[key] for key in objects if key[1].startswith("readings/")} == {
        key: content for key, content in objects.items() if key[1].startswith("readings/")
    }


def test_a_segment_that_is_too_large_is_read_in_parts(world: RunWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambdas.planner.scan_segment, "PART_CUSTOMERS", 4)
    world.planner(BEGIN)
    answers = world.scan(DATE, 0, 2)
    assert [answer["customers"] for answer in answers] == [4, 4, 4, 4, 4]
    assert [answer["complete"] for answer in answers] == [False, False, False, False, True]


def test_a_part_ends_before_the_functions_time_does(world: RunWorld) -> None:
    world.planner(BEGIN)
    world.remaining_ms = RESERVE_MS - 1
    answers = world.scan(DATE, 0, 1)
    assert len(answers) == 20, "each step reads a page, and the next step continues"
    assert sum(answer["customers"] for answer in answers) == 40


def test_a_second_attempt_at_a_part_takes_the_place_of_the_first(world: RunWorld) -> None:
    """The first attempt's objects stay beside those of the second, which the report names."""
    begun = world.planner(BEGIN)
    for segment in begun["segments"]:
        world.scan(DATE, segment, len(begun["segments"]))
    world.dynamodb.items.append(an_item(41))
    world.scan(DATE, 0, len(begun["segments"]))
    divided = world.divide(begun)
    assert divided["customers"] == 41
    world.export(divided["shards"][0])
    assert world.enrich(divided["shards"][0])["rows"] > 0


@pytest.mark.parametrize("ending", [".tsv.gz", ".index.json.gz", ".report.json"])
def test_a_crash_between_the_segments_and_the_division(world: RunWorld, ending: str) -> None:
    """A segment whose step did not end has no report, and the day is not divided without it."""
    begun = world.planner(BEGIN)
    for segment in begun["segments"][:-1]:
        world.scan(DATE, segment, len(begun["segments"]))

    def crash(_operation: str, key: str) -> None:
        if key.endswith(ending):
            raise RuntimeError("crash")

    world.s3.fault = crash
    with pytest.raises(RuntimeError, match="crash"):
        world.scan(DATE, begun["segments"][-1], len(begun["segments"]))
    world.s3.fault = lambda _operation, _key: None
    key = customer_report_key(DAY.date, RUN, begun["segments"][-1], 0)
    with pytest.raises(ObjectMissingError, match=key):
        world.divide(begun)
    assert not [name for _, name in world.s3.objects if name.endswith("plan.json")]
    world.scan(DATE, begun["segments"][-1], len(begun["segments"]))
    assert world.divide(begun)["customers"] == 40


def test_a_report_of_a_part_that_has_a_successor_needs_the_successor(
    world: RunWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambdas.planner.scan_segment, "PART_CUSTOMERS", 4)
    begun = world.planner(BEGIN)
    for segment in begun["segments"]:
        world.scan(DATE, segment, len(begun["segments"]))
    del world.s3.objects["enriched", customer_report_key(DAY.date, RUN, 2, 1)]
    with pytest.raises(ObjectMissingError, match="00002-001"):
        world.divide(begun)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"name": "a", "sample": {}, "complete": true}'])
def test_a_report_out_of_shape_is_named(world: RunWorld, content: bytes) -> None:
    begun = world.planner(BEGIN)
    for segment in begun["segments"]:
        world.scan(DATE, segment, len(begun["segments"]))
    key = customer_report_key(DAY.date, RUN, 1, 0)
    world.s3.objects["enriched", key] = content
    with pytest.raises(ReportError, match=key):
        world.divide(begun)


def test_a_leftover_of_another_run_stores_nothing(world: RunWorld) -> None:
    begun = world.planner(BEGIN)
    world.scan(DATE, 0, 1)
    world.planner({**BEGIN, "run": OTHER_RUN})
    before = dict(world.s3.objects)
    with pytest.raises(RunSupersededError):
        world.scan(DATE, 0, 1)
    with pytest.raises(RunSupersededError):
        world.divide(begun | {"segments": [0]})
    assert world.s3.objects == before


def test_the_shards_cover_all_numbers(world: RunWorld) -> None:
    shards = list(map(Shard.from_json, world.plan()["shards"]))
    assert [shard.number for shard in shards] == [0, 1]
    assert (shards[0].first, shards[0].end, shards[1].end) == ("", shards[1].first, "~")


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"action": "plan"}, InvalidActionError),
        ({}, InvalidActionError),
        ({"action": "divide", "date": DATE, "run": RUN}, InvalidActionError),
        ({"action": "divide", "date": DATE, "run": RUN, "segments": 0}, InvalidActionError),
        ({"action": "scan", "date": DATE, "run": RUN, "segment": 0, "segments": 4}, InvalidSegmentError),
        ({"action": "scan", "date": DATE, "run": RUN, "segment": 0, "segments": 4, "part": 0, "start": "x"},
         InvalidSegmentError),
    ],
)  # fmt: skip
def test_an_event_out_of_shape_is_refused(world: RunWorld, event: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        world.planner(event)
    assert world.s3.objects == {}
