"""A day as known at an instant, and what changed since: on a real Postgres, with its plans."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg2 import sql

from dockerless_testing.waiting import wait_until
from domain.days import LocalDay, format_instant
from domain.shard_tasks import ShardTask
from domain.shards import Shard
from lambdas.exporter.changed_shards import MARGIN, changed_shards, changed_shards_query
from lambdas.exporter.copy_stream import replaced_later_query, shard_query
from lambdas.exporter.handler import respond
from lambdas.exporter.snapshot import take_snapshot
from tests.integration.lambdas.pipeline_world import PipelineWorld, whole_day
from tests.integration.lambdas.test_exporter import DAY, RUN, needs_of, read, task
from tests.unit.lambdas.examples import SPRING, ZAGREB
from tests.unit.lambdas.fakes import FakeContext

PART = "readings/date=2026-03-29/part-00000.parquet"


def instant(world: PipelineWorld) -> datetime:
    """Returns the time of the database's clock. Every later statement has a later time."""
    moment = clock(world)
    wait_until(lambda: clock(world) > moment, 10, "the database's clock to go on")
    return moment


def clock(world: PipelineWorld) -> datetime:
    with world.postgres.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (found,) = cursor.fetchone() or ()
    moment: datetime = found.astimezone(UTC)
    return moment


def export_at(world: PipelineWorld, known: datetime) -> bytes:
    world.lock(SPRING, RUN)
    respond(task() | {"as_known_at": format_instant(known)}, FakeContext(), needs_of(world))
    return world.objects(world.exported)[PART]


def change(world: PipelineWorld, where: str, **values: str) -> None:
    """Replaces versions as the service does: with the time of the statement as the arrival."""
    assigned = ", ".join(f"{name} = {value}" for name, value in values.items())
    world.execute(
        f"UPDATE energy_consumption SET {assigned}, received_at = statement_timestamp() WHERE {where}"  # noqa: S608
    )


def test_an_earlier_instant_gives_the_bytes_of_then_whatever_changed_since(world: PipelineWorld) -> None:
    world.store(row for number in range(1, 21) for row in whole_day(f"{number:02}", DAY))
    states = [(instant(world), export_at(world, instant(world)))]
    change(world, "billing_metering_point_number = '07'", consumption_kwh="2")
    states.append((instant(world), export_at(world, instant(world))))
    change(world, "billing_metering_point_number IN ('07', '08')", consumption_kwh="3")
    change(
        world,
        "billing_metering_point_number = '09'",
        withdrawn="true",
        consumption_kwh="NULL",
        average_voltage_v="NULL",
        average_frequency_hz="NULL",
        voltage_drops="NULL",
        down_time_seconds="NULL",
        quality="NULL",
    )
    states.append((instant(world), export_at(world, instant(world))))
    late = [(*row[:-2], instant(world), False) for row in whole_day("99", DAY)]
    world.store(late)
    states.append((instant(world), export_at(world, instant(world))))
    assert len({content for _, content in states}) == 4
    for known, content in states:
        assert export_at(world, known) == content


def test_the_rows_are_the_versions_of_the_instant(world: PipelineWorld, tmp_path: Path) -> None:
    world.store(whole_day("1", DAY))
    known = instant(world)
    change(world, "true", consumption_kwh="9")
    before = {str(row[3]) for row in read(export_at(world, known), tmp_path)}
    after = {str(row[3]) for row in read(export_at(world, instant(world)), tmp_path)}
    assert (before, after) == ({"0.306781", "0.316781", "0.326781"}, {"9.000000"})


def test_the_instant_waits_for_a_writer_that_began_before_it(world: PipelineWorld) -> None:
    world.store(whole_day("1", DAY))
    writer = world.database.connect()
    with writer.cursor() as cursor:
        cursor.execute("UPDATE energy_consumption SET consumption_kwh = 5, received_at = statement_timestamp()")
    chosen: list[datetime] = []
    with closing(needs_of(world).database.open(60_000)) as reader:
        waiting = threading.Thread(target=lambda: chosen.append(take_snapshot(reader)))
        waiting.start()
        waiting.join(0.6)
        assert waiting.is_alive(), "it did not wait for the writer"
        writer.commit()
        waiting.join(100)
    assert chosen, "it waits although the writer has ended"
    writer.close()
    (kwh,) = {str(row[0]) for row in _query(world, "SELECT DISTINCT consumption_kwh FROM energy_consumption")}
    assert kwh == "5.000000"


def _query(world: PipelineWorld, query: str) -> list[tuple[Any, ...]]:
    with world.postgres.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def explained(world: PipelineWorld, query: sql.Composed) -> dict[str, Any]:
    text = query.as_string(world.postgres).removeprefix("COPY (").removesuffix(") TO STDOUT")
    ((plan,),) = _query(world, f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {text}")
    return dict(plan[0]["Plan"])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.fixture
def large(world: PipelineWorld) -> PipelineWorld:
    """A day of 400 metering points that arrived in March, summarized as autovacuum does it, and analyzed."""
    world.store(row for number in range(400) for row in whole_day(f"{number:03}", DAY))
    world.execute("VACUUM ANALYZE energy_consumption")
    return world


def test_the_changed_shards_are_found(large: PipelineWorld) -> None:
    boundaries = ("100", "200", "200", "300")
    since = instant(large)
    later = since + 2 * MARGIN
    assert changed_shards(large.postgres, DAY, boundaries, later) == []
    for number, shard in (("000", 0), ("150", 1), ("250", 3), ("399", 4)):
        change(large, f"billing_metering_point_number = '{number}'", consumption_kwh="7")
        assert shard in changed_shards(large.postgres, DAY, boundaries, since)
    assert changed_shards(large.postgres, DAY, boundaries, since) == [0, 1, 3, 4]
    other = LocalDay(SPRING + timedelta(days=3), ZAGREB)
    assert changed_shards(large.postgres, other, boundaries, since) == []


def test_what_arrived_shortly_before_is_found_too(large: PipelineWorld) -> None:
    change(large, "billing_metering_point_number = '150'", consumption_kwh="7")
    assert changed_shards(large.postgres, DAY, ("100", "200"), instant(large)) == [1]


def test_a_quiet_day_costs_next_to_nothing_and_a_change_reads_no_whole_partition(large: PipelineWorld) -> None:
    pages = sum(size for (size,) in _query(large, PAGES))
    since = instant(large) + 2 * MARGIN
    quiet = explained(large, changed_shards_query(DAY, ("100", "200"), since))
    assert _read(quiet) < pages / 10, quiet
    assert not [node for node in nodes(quiet) if node["Node Type"] == "Seq Scan" and node["Actual Rows"]]
    change(large, "billing_metering_point_number = '150'", consumption_kwh="7")
    large.execute("VACUUM ANALYZE energy_consumption")
    changed = explained(large, changed_shards_query(DAY, ("100", "200"), since - 2 * MARGIN + MARGIN))
    assert _read(changed) < pages / 2, changed


PAGES = """
SELECT pg_relation_size(inhrelid) / 8192 FROM pg_inherits
WHERE inhparent = 'energy_consumption'::regclass AND pg_relation_size(inhrelid) > 0
"""


def _read(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def test_an_update_stays_hot_with_the_index(large: PipelineWorld) -> None:
    """https://www.postgresql.org/docs/18/storage-hot.html: a summarizing index does not prevent it."""
    large.execute("SELECT pg_stat_reset()")
    change(large, "billing_metering_point_number = '150'", consumption_kwh="7")
    large.execute("VACUUM energy_consumption")  # makes room on the pages
    change(large, "billing_metering_point_number = '150'", consumption_kwh="8")
    large.execute("SELECT pg_stat_force_next_flush()")
    ((hot,),) = _query(large, "SELECT sum(n_tup_hot_upd) FROM pg_stat_user_tables WHERE relname LIKE '%2026032%'")
    assert hot > 0


def test_an_export_reads_the_history_by_its_index(large: PipelineWorld) -> None:
    """The day has a long history, and nothing of it was replaced after the instant."""
    for kwh in ("1", "2"):
        change(large, "true", consumption_kwh=kwh)
    large.execute("VACUUM ANALYZE energy_consumption")
    large.execute("VACUUM ANALYZE energy_consumption_history")
    shard = ShardTask(DAY, RUN, Shard(1, "100", "300"), instant(large))
    plan = explained(large, replaced_later_query(shard))
    history = [node for node in nodes(plan) if "history" in node.get("Relation Name", "")]
    assert history
    assert sum(node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in history) == 0


def test_a_shard_is_exported_as_fast_as_the_current_versions_alone(large: PipelineWorld) -> None:
    """Nothing was replaced after the instant, so the history is not read."""
    shard = ShardTask(DAY, RUN, Shard(1, "100", "300"), instant(large))
    plan = explained(large, shard_query(shard, with_history=False))
    plain = sql.SQL(
        "SELECT * FROM energy_consumption WHERE interval_start >= {} AND interval_start < {}"
        " AND billing_metering_point_number >= '100' AND billing_metering_point_number < '300' AND NOT withdrawn"
        " ORDER BY billing_metering_point_number, interval_start"
    ).format(sql.Literal(DAY.start), sql.Literal(DAY.end))
    assert _read(plan) <= _read(explained(large, plain)) + 5  # pages of the catalog
