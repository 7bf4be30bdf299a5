"""The catch-up of a day on stand-ins: what it takes from the publication, and crashes between any two writes."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from domain.publications import Publication
from lambdas.publisher.run_results import InvalidResultsError
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.publications import Publications
from tests.unit.lambdas.examples import an_item, readings
from tests.unit.lambdas.publisher.crashes import CrashError, crash_at, writes
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld, counts

THIRD_RUN = OTHER_RUN + "-third"


def a_world(directory: Path) -> RunWorld:
    """A published day of 3 customers in 3 shards. Then the last customer's readings come late."""
    world = RunWorld(directory, *(an_item(number) for number in (1, 2, 3)), shards=3)
    world.rows = [row for number in (1, 2) for row in readings(number, DAY)]
    world.run()
    world.rows += [(*row[:-1], row[-1] + timedelta(days=1)) for row in readings(3, DAY, without=[7])]
    world.s3.writes.clear()
    return world


def newest(world: RunWorld) -> Publication:
    found = Publications(cast("Any", world.s3), "enriched").newest(DAY.date)
    assert found
    return found


def test_only_the_changed_shard_is_written_and_judged_again(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    world.dynamodb.requests.clear()
    answer = world.catch_up_shards([2], OTHER_RUN)
    assert answer["publication"] == {"number": 2, "is_new": True}
    assert {key for key in world.s3.writes if "part-" in key} == {
        f"{prefix}/date=2026-03-29/part-00002.parquet" for prefix in ("readings", "findings", "days", "alarm_rows")
    }
    assert answer["alarms"]["ICD"] == counts(found=1, raised=1)
    assert answer["alarms"]["MCD"] == counts(cleared=1)
    assert answer["exported"] == {"rows": 3 * 92 - 1, "metering_points": 3}
    assert world.dynamodb.requests == [], "the customers are those of the publication"
    change = newest(world).change
    assert change is not None
    assert (change.parts, change.metering_points, change.intervals) == (1, 1, 91)


def test_a_catch_up_of_no_shard_adds_nothing(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    assert world.catch_up_shards([], OTHER_RUN)["publication"] == {"number": 1, "is_new": False}
    assert [key for key in world.s3.writes if "date=" in key] == []


def test_a_day_without_a_publication_is_planned_as_a_whole(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(1))
    begun = world.planner({"action": "begin", "input": {"date": world.date, "catch_up": True}, "run": RUN})
    assert (begun["catch_up"], begun["only_changed"], begun["segments"] == []) == (False, False, False)


def test_a_listed_shard_without_facts_is_an_error_also_in_a_catch_up(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    world.planner({"action": "begin", "input": {"date": world.date, "catch_up": True}, "run": OTHER_RUN})
    world.list_shards(OTHER_RUN, world.planned[2:])
    with pytest.raises(ObjectMissingError, match="two/exported-00002"):
        world.publish(OTHER_RUN)


def test_too_few_shards_without_a_publication_are_refused(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(1), shards=2)
    world.process()
    world.list_shards(RUN, world.planned[:1])
    with pytest.raises(InvalidResultsError, match="1 shards of 2"):
        world.publish()


def test_a_crash_before_any_write_and_a_later_catch_up_end_in_the_same_objects(tmp_path: Path) -> None:
    smooth = a_world(tmp_path)
    smooth.catch_up_shards([2], OTHER_RUN)
    for moment in range(len(smooth.s3.writes)):
        world = a_world(tmp_path)
        world.s3.fault = crash_at(moment + 1, writes(""))
        with pytest.raises(CrashError):
            world.catch_up_shards([2], OTHER_RUN)
        world.s3.fault = lambda _operation, _key: None
        world.catch_up_shards([2], THIRD_RUN)
        assert newest(world).number == 2
        assert newest(world).shards == tuple(smooth_shard for smooth_shard in newest(smooth).shards), moment
        assert world.readable == smooth.readable, moment
