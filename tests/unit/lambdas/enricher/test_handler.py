"""The enricher adds customers to the exported part of a shard."""

from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from domain.pipeline_dates import InvalidDate
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS
from domain.shard_tasks import InvalidRunError
from domain.shards import InvalidShardError, Shard
from lambdas.enricher import logic
from lambdas.enricher.logic import EnrichedRowsError
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from tests.unit.lambdas.examples import an_item, read_parquet, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

WHOLE = Shard(0).as_json()


def enriched(world: RunWorld) -> dict[str, Any]:
    """Plans, exports and enriches the day as one shard."""
    world.plan()
    world.export(WHOLE)
    return world.enrich(WHOLE)


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """Makes readings of customers 1 and 2 and of the unknown customer 3."""
    made = RunWorld(tmp_path, an_item(1), an_item(2, "I", active=False), an_item(9))
    made.rows = [row for number in (1, 2, 3) for row in readings(number, DAY, parameters=number == 2)]
    return made


def test_each_reading_gets_its_customer(world: RunWorld, tmp_path: Path) -> None:
    answer = enriched(world)
    assert answer == {
        "date": "2026-03-29",
        "shard": 0,
        "rows": 276,
        "rows_without_customer": 92,
        "object": "s3://enriched/work/2026-03-29/one/joined-00000.parquet",
    }
    customers = (
        "SELECT DISTINCT columns('^billing|^(name|address|city|county|email|type|active)$') FROM rows ORDER BY 1"
    )
    assert read_parquet(tmp_path, world.joined(), customers) == [
        ("1", "Šime 1", "Ilica 1", "Zagreb", "Grad Zagreb", "customer1@example.org", "HH", True),
        ("2", "Šime 2", "Ilica 1", "Zagreb", "Grad Zagreb", "customer2@example.org", "I", False),
        ("3", None, None, None, None, None, None, None),
    ]


def test_rows_keep_their_values_and_their_order(world: RunWorld, tmp_path: Path) -> None:
    enriched(world)
    exported = read_parquet(tmp_path, world.part("exported"))
    assert [row[: len(EXPORTED_COLUMNS)] for row in read_parquet(tmp_path, world.joined())] == exported


def test_many_more_customers_than_readings_change_no_order(world: RunWorld, tmp_path: Path) -> None:
    world.dynamodb.items = [an_item(number) for number in range(1, 3_000)]
    world.dynamodb.page_size = 500
    world.rows = [row for number in range(1, 40, 7) for row in readings(number, DAY)]
    enriched(world)
    found = [row[: len(EXPORTED_COLUMNS)] for row in read_parquet(tmp_path, world.joined())]
    assert found == read_parquet(tmp_path, world.part("exported"))


def test_the_same_day_gives_the_same_bytes_in_whatever_order_the_table_answers(world: RunWorld) -> None:
    world.dynamodb.items = [an_item(number) for number in range(1, 30)]
    enriched(world)
    first = world.joined()
    world.dynamodb.items.reverse()
    world.dynamodb.page_size = 100
    enriched(world)
    assert world.joined() == first


def test_each_shard_has_its_part_and_together_they_are_the_day(world: RunWorld, tmp_path: Path) -> None:
    enriched(world)
    whole = read_parquet(tmp_path, world.joined())
    world.shards = 3
    world.process()
    parts = [read_parquet(tmp_path, world.joined(number)) for number in range(3)]
    assert [len(part) for part in parts] == [92, 184, 0]
    assert list(chain(*parts)) == whole


def test_a_day_without_readings(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(1))
    assert enriched(world)["rows"] == 0
    assert read_parquet(tmp_path, world.joined()) == []
    assert len(read_parquet(tmp_path, world.joined(), "DESCRIBE rows")) == len(EXPORTED_COLUMNS) + len(CUSTOMER_COLUMNS)


def test_no_customers_at_all(world: RunWorld) -> None:
    world.dynamodb.items = []
    answer = enriched(world)
    assert (answer["rows"], answer["rows_without_customer"]) == (276, 276)


def test_a_customer_that_is_deleted_while_the_run_is_under_way_stays_in_it(world: RunWorld) -> None:
    world.plan()
    world.dynamodb.items = []
    world.export(WHOLE)
    assert world.enrich(WHOLE)["rows_without_customer"] == 92


@pytest.mark.parametrize("name", ['"; DROP TABLE customers; --', "a,b\n\r\t\\\"'", "null", "Đurđa ✓ 🔌", ""])
def test_any_name_comes_through(world: RunWorld, tmp_path: Path, name: str) -> None:
    world.dynamodb.items = [{**an_item(1), "name": {"S": name}}]
    enriched(world)
    names = "SELECT DISTINCT name FROM rows WHERE billing_metering_point_number = '1'"
    assert read_parquet(tmp_path, world.joined(), names) == [(name,)]


def test_a_shard_that_was_not_exported_or_not_planned(world: RunWorld) -> None:
    world.plan()
    with pytest.raises(ObjectMissingError, match="s3://enriched/work/2026-03-29/one/exported-00000"):
        world.enrich(WHOLE)
    world.export(WHOLE)
    del world.s3.objects["enriched", "work/2026-03-29/one/customers/parts.json"]
    with pytest.raises(ObjectMissingError, match="s3://enriched/work/2026-03-29/one/customers/parts"):
        world.enrich(WHOLE)


@pytest.mark.parametrize(
    "query",
    ["SELECT *, true AS active FROM {0} LIMIT 5", "SELECT *, true AS active FROM {0} ORDER BY interval_start DESC"],
)
def test_a_join_that_changes_the_rows_or_their_order_publishes_nothing(
    world: RunWorld, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(logic, "joined", lambda exported, _: query.format(f"read_parquet('{exported}')"))
    with pytest.raises(EnrichedRowsError, match="276 rows exported"):
        enriched(world)
    assert ("enriched", "work/2026-03-29/one/joined-00000.parquet") not in world.s3.objects


def test_a_leftover_of_a_run_that_lost_its_turn_publishes_nothing(world: RunWorld) -> None:
    world.plan(RUN)
    world.export(WHOLE)
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError, match="belongs to"):
        world.enrich(WHOLE, RUN)
    assert ("enriched", "work/2026-03-29/one/joined-00000.parquet") not in world.s3.objects


@pytest.mark.parametrize(
    ("without", "error"), [("date", InvalidDate), ("run", InvalidRunError), ("shard", InvalidShardError)]
)
def test_it_guesses_nothing(world: RunWorld, monkeypatch: pytest.MonkeyPatch, without: str, error: type) -> None:
    event = {name: value for name, value in world.task(WHOLE).items() if name != without}
    monkeypatch.setattr(world, "task", lambda *_: event)
    with pytest.raises(error):
        world.enrich(WHOLE)
