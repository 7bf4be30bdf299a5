"""The planner gives the day to one run, cuts it into shards and writes the customers."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from domain.pipeline_dates import InvalidDate
from domain.shard_tasks import InvalidRunError
from domain.shards import ABOVE_ALL, BELOW_ALL, Shard
from lambdas.planner.acquire_day import DateLocked
from lambdas.planner.shard_plan import shard_count
from lambdas.runtime.day_plan import ShardPlanError
from tests.events import load_event
from tests.unit.lambdas.examples import an_item, read_parquet
from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.run_world import OTHER_RUN, RUN, RunWorld

LOCK = ("enriched", "runs/2026-03-29/lock.json")


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """Makes customers A01 to A10, in four shards."""
    return RunWorld(tmp_path, *map(an_item, numbers(1, 11)), shards=4)


def numbers(first: int, end: int) -> list[str]:
    return [f"A{number:02}" for number in range(first, end)]


def ranges(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(shard.first, shard.end) for shard in map(Shard.from_json, answer["shards"])]


def customers(world: RunWorld, tmp_path: Path, run: str = RUN) -> list[list[str]]:
    """The customers of each shard, as the enricher gathers them."""
    for shard in world.planned:
        world.export(shard, run)
        world.enrich(shard, run)
    found = [world.s3.objects["enriched", f"customers/date=2026-03-29/part-{shard:05}.parquet"] for shard in range(4)]
    return [[row[0] for row in read_parquet(tmp_path, content)] for content in found]


def test_the_customers_are_divided_evenly_and_the_outer_shards_are_open(world: RunWorld, tmp_path: Path) -> None:
    answer = world.plan()
    assert (answer["date"], answer["customers"]) == ("2026-03-29", 10)
    assert ranges(answer) == [(BELOW_ALL, "A03"), ("A03", "A06"), ("A06", "A08"), ("A08", ABOVE_ALL)]
    assert customers(world, tmp_path) == [numbers(1, 3), numbers(3, 6), numbers(6, 8), numbers(8, 11)]


def test_no_key_hash_is_asked_for_or_stored(world: RunWorld) -> None:
    world.plan()
    scans = [request for request in world.dynamodb.requests if "Segment" in request]
    assert {request["Segment"] for request in scans} == {0, 1, 2, 3}
    for request in scans:
        assert "api_key_hashes" not in request["ExpressionAttributeNames"].values()


def test_a_day_keeps_its_boundaries_whatever_customers_come(world: RunWorld, tmp_path: Path) -> None:
    before = ranges(world.plan())
    world.dynamodb.items += list(map(an_item, numbers(11, 100)))
    assert ranges(world.plan(OTHER_RUN)) == before
    assert customers(world, tmp_path, OTHER_RUN)[3] == numbers(8, 100)
    world.shards = 5
    assert len(ranges(world.plan())) == 5


@pytest.mark.parametrize(
    ("customers", "least", "count"),
    [(0, 1, 1), (7_000, 1, 1), (7_001, 1, 2), (104_000, 4, 15), (50, 4, 4), (10**7, 4, 1429)],
)
def test_a_shard_has_so_many_customers_at_most(customers: int, least: int, count: int) -> None:
    assert shard_count(customers, least) == count


@pytest.mark.parametrize("count", [0, 1, 3])
def test_fewer_customers_than_shards(tmp_path: Path, count: int) -> None:
    world = RunWorld(tmp_path, *map(an_item, numbers(1, count + 1)), shards=4)
    answer = world.plan()
    assert len(answer["shards"]) == 4
    assert sorted(chain(*customers(world, tmp_path))) == numbers(1, count + 1)


def test_numbers_are_divided_in_the_order_of_code_points(tmp_path: Path) -> None:
    mixed = ["9", "10", "01", "A", "DE-1", "DE1", "1"]
    world = RunWorld(tmp_path, *map(an_item, mixed), shards=4)
    world.plan()
    assert list(chain(*customers(world, tmp_path))) == ["01", "1", "10", "9", "A", "DE-1", "DE1"]


def test_a_second_run_waits_while_the_first_is_running(world: RunWorld) -> None:
    world.steps.executions = {RUN: "RUNNING"}
    world.plan(RUN)
    objects = dict(world.s3.objects)
    with pytest.raises(DateLocked, match=RUN):
        world.plan(OTHER_RUN)
    assert world.s3.objects == objects
    world.plan(RUN)  # an attempt of its own again


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", None])
def test_the_turn_is_taken_from_a_run_that_has_ended_however_it_did(world: RunWorld, status: str | None) -> None:
    world.plan(RUN)
    world.steps.executions = {RUN: status} if status else {}
    world.plan(OTHER_RUN)
    assert json.loads(world.s3.objects[LOCK]) == {"run": OTHER_RUN}


def test_of_two_that_take_the_turn_at_once_one_waits(world: RunWorld) -> None:
    def other_run(operation: str, key: str) -> None:
        world.s3.fault = lambda _operation, _key: None
        world.s3.put_object(Bucket="enriched", Key=key, Body=json.dumps({"run": OTHER_RUN}).encode())

    world.s3.fault = other_run
    with pytest.raises(DateLocked):
        world.plan(RUN)
    assert json.loads(world.s3.objects[LOCK]) == {"run": OTHER_RUN}


def test_another_fault_of_the_lock_is_raised(world: RunWorld) -> None:
    def refuse(_operation: str, _key: str) -> None:
        raise client_error("SlowDown", "PutObject")

    world.s3.fault = refuse
    with pytest.raises(ClientError, match="SlowDown"):
        world.plan()


def test_a_scheduled_event_means_the_day_before(world: RunWorld) -> None:
    assert world.plan(given=load_event("scheduled"))["date"] == "2026-03-29"


@pytest.mark.parametrize("given", [{"date": "2026-11-01"}, {"date": "soon"}, ["2026-03-29"], "2026-03-29"])
def test_a_bad_date_reads_and_writes_nothing(world: RunWorld, given: object) -> None:
    with pytest.raises(InvalidDate):
        world.plan(given=given)
    assert (world.s3.objects, world.dynamodb.requests) == ({}, [])


def test_a_day_whose_readings_are_gone_is_refused(world: RunWorld) -> None:
    world.retention_days = 200  # from 15 April 2026 on
    with pytest.raises(InvalidDate, match="2026-03-29 is before 2026-04-15"):
        world.plan()
    assert world.plan(given={"date": "2026-04-15"})["date"] == "2026-04-15"


def test_a_run_without_its_name_is_refused(world: RunWorld) -> None:
    with pytest.raises(InvalidRunError):
        world.plan("")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"least": 4}', b'{"least": 4, "boundaries": ["x"]}',
     b'{"least": 4, "boundaries": [7]}', b'{"least": 4, "boundaries": ["9", "10"]}'],
)  # fmt: skip
def test_a_plan_out_of_shape_is_named(world: RunWorld, content: bytes) -> None:
    world.s3.objects["enriched", "runs/2026-03-29/plan.json"] = content
    with pytest.raises(ShardPlanError, match=r"s3://enriched/runs/2026-03-29/plan\.json"):
        world.plan()
