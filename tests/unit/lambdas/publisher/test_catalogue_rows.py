"""The rows for SQL: the alarms of each shard, and a row for each publication."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from domain.alarms import Alarm, Change, Move
from domain.object_keys import alarm_rows_key, publication_rows_key
from lambdas.publisher.alarm_rows import COLUMNS as ALARM_COLUMNS
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.publication_rows import COLUMNS as PUBLICATION_COLUMNS
from tests.unit.lambdas.examples import NOW, an_item, read_parquet, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

STATES = "SELECT billing_metering_point_number, error_type, state, sequence FROM rows"


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """4 customers in 2 shards. The first has 2 gaps, the fourth sends nothing."""
    made = RunWorld(tmp_path, *(an_item(number) for number in range(1, 5)), shards=2)
    made.rows = [*readings(1, DAY, without=(40, 41)), *readings(2, DAY), *readings(3, DAY)]
    return made


def alarm_rows(world: RunWorld, number: int, query: str = STATES) -> list[tuple[Any, ...]]:
    content = world.s3.objects["enriched", alarm_rows_key(DAY.date, number)]
    return read_parquet(world.directory, content, query)


def acknowledge(world: RunWorld, alarm: Alarm) -> None:
    moved = alarm.after(Move.ACKNOWLEDGE, Change(NOW, by="Ana Anic", reason="seen"))
    table = AlarmsTable(cast("Any", world.alarms_table), "alarms")
    assert table.put_alarm(replace(moved, unsent=()), alarm.sequence, NOW + timedelta(days=400))


def test_each_shard_has_a_row_for_each_of_its_alarms(world: RunWorld) -> None:
    world.run()
    assert alarm_rows(world, 0) == [("1", "ICD", "open", 1)]
    assert alarm_rows(world, 1) == [("4", "MCD", "open", 1)]
    (alarm,) = [each for each in world.alarms_table.alarms() if each.metering_point == "1"]
    (row,) = alarm_rows(world, 0, "FROM rows")
    found = dict(zip(ALARM_COLUMNS, row, strict=True))
    assert (found["alarm_id"], found["first_day"], found["days"]) == (alarm.id, DAY.date, 1)
    assert (found["raised_at"], found["changed_at"], found["changed_by"]) == (NOW, NOW, None)
    assert (found["city"], found["county"], found["type"]) == ("Zagreb", "Grad Zagreb", "HH")


def test_the_rows_have_no_personal_data_of_a_customer() -> None:
    assert {"name", "address", "email", "customer"}.isdisjoint(ALARM_COLUMNS)


def test_the_types_of_the_columns_are_the_ones_of_the_table(world: RunWorld, tmp_path: Path) -> None:
    world.run()
    for columns, key in (
        (ALARM_COLUMNS, alarm_rows_key(DAY.date, 0)),
        (PUBLICATION_COLUMNS, publication_rows_key(DAY.date, 1)),
    ):
        path = tmp_path / "typed.parquet"
        path.write_bytes(world.s3.objects["enriched", key])
        with duckdb.connect() as connection:
            relation = connection.sql(f"FROM read_parquet('{path}')")
            assert dict(zip(relation.columns, map(str, relation.types), strict=True)) == dict(columns)


def test_a_cleared_alarm_keeps_its_row_and_an_acknowledgement_shows_with_the_next_run(world: RunWorld) -> None:
    world.run()
    (gap,) = [each for each in world.alarms_table.alarms() if each.metering_point == "1"]
    acknowledge(world, gap)
    assert alarm_rows(world, 0) == [("1", "ICD", "open", 1)]
    world.rows = [*readings(1, DAY, without=(40, 41)), *readings(2, DAY, without=(9,)), *readings(3, DAY)]
    world.run(OTHER_RUN)
    assert alarm_rows(world, 0) == [("1", "ICD", "acknowledged", 2), ("2", "ICD", "open", 1)]
    world.rows = [*readings(1, DAY), *readings(2, DAY, without=(9,)), *readings(3, DAY)]
    world.run(RUN + "-3")
    assert alarm_rows(world, 0) == [("1", "ICD", "cleared", 3), ("2", "ICD", "open", 1)]
    world.rows = [*readings(1, DAY), *readings(2, DAY), *readings(3, DAY)]
    world.run(RUN + "-4")
    assert alarm_rows(world, 0) == [("1", "ICD", "cleared", 3), ("2", "ICD", "cleared", 2)]


def test_a_run_again_writes_no_row(world: RunWorld) -> None:
    world.run()
    world.s3.writes.clear()
    world.run(OTHER_RUN)
    assert [key for key in world.s3.writes if "_rows/" in key] == []


def test_a_day_that_is_divided_anew_has_each_alarm_once(world: RunWorld) -> None:
    world.run()
    for shards in (3, 1):
        world.shards = shards
        world.run(f"{RUN}-{shards}")
        keys = sorted(key for _, key in world.s3.objects if key.startswith("alarm_rows/"))
        found = [
            row for key in keys for row in read_parquet(world.directory, world.s3.objects["enriched", key], STATES)
        ]
        assert sorted(found) == [("1", "ICD", "open", 1), ("4", "MCD", "open", 1)]


def test_each_publication_has_a_row_with_what_it_changed(world: RunWorld) -> None:
    world.run()
    world.rows[0] = (*world.rows[0][:3], "1.316781", *world.rows[0][4:-1], world.rows[0][-1] + timedelta(hours=1))
    world.run(OTHER_RUN)
    rows = []
    for number in (1, 2):
        content = world.s3.objects["enriched", publication_rows_key(DAY.date, number)]
        (row,) = read_parquet(world.directory, content)
        rows.append(dict(zip(PUBLICATION_COLUMNS, row, strict=True)))
    first, second = rows
    assert (first["number"], first["run"], first["as_known_at"], first["shards"]) == (1, "one", NOW, 2)
    assert (first["readings"], first["metering_points"]) == (274, 3)
    assert {first[name] for name in PUBLICATION_COLUMNS if name.startswith("changed_")} == {None}
    assert (second["number"], second["changed_against"], second["changed_parts"]) == (2, 1, 1)
    assert (second["changed_metering_points"], second["changed_intervals"]) == (1, 1)
    assert second["kwh"] - second["kwh_before"] == Decimal(1)
    assert second["kwh_before"] == first["kwh"]
