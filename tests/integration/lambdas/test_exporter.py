"""The exporter reads a real Postgres and writes to S3."""

import json
import random
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest

from domain.days import LocalDay
from domain.environment import read_environment
from domain.intervals import interval_starts
from domain.pipeline_dates import InvalidDate
from domain.readings import EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask
from domain.shards import Shard, shards_between
from lambdas.exporter.copy_stream import shard_query
from lambdas.exporter.database import Database
from lambdas.exporter.environment import Environment
from lambdas.exporter.handler import Dependencies, respond
from tests.integration.lambdas.pipeline_world import STORED_COLUMNS, PipelineWorld, whole_day
from tests.support.parquet import fetch
from tests.unit.lambdas.examples import AUTUMN, NOW, SPRING, ZAGREB
from tests.unit.lambdas.fakes import FakeContext

DAY = LocalDay(SPRING, ZAGREB)
PART = "readings/date=2026-03-29/part-00000.parquet"
RUN = "arn:aws:states:eu-central-1:000000000000:execution:pipeline:one"


def needs_of(world: PipelineWorld, **changed: str) -> Dependencies:
    environment = read_environment(Environment, world.variables() | changed)
    return Dependencies(environment, Database(environment, world.secrets), world.s3, lambda: NOW)


def task(day: date = SPRING, shard: Shard = Shard(0)) -> dict[str, Any]:  # noqa: B008  immutable
    return {"date": str(day), "run": RUN, "shard": shard.as_json(), "as_known_at": "2100-01-01T00:00:00Z"}


def export(world: PipelineWorld, day: date = SPRING, shard: Shard = Shard(0)) -> dict[str, Any]:  # noqa: B008
    world.lock(day, RUN)
    return respond(task(day, shard), FakeContext(), needs_of(world))


def read(content: bytes, directory: Path) -> list[tuple[Any, ...]]:
    path = directory / "read.parquet"
    path.write_bytes(content)
    with duckdb.connect() as connection:
        return fetch(connection.read_parquet(str(path)))


@pytest.mark.parametrize(("day", "count"), [(SPRING, 92), (AUTUMN, 100), (date(2026, 7, 1), 96)])
def test_exactly_the_local_day_is_exported(world: PipelineWorld, tmp_path: Path, day: date, count: int) -> None:
    local = LocalDay(day, ZAGREB)
    around = [row for shift in (-1, 0, 1) for row in whole_day(5, LocalDay(day + timedelta(days=shift), ZAGREB))]
    world.store(around)
    assert export(world, day)["rows"] == count
    rows = read(world.objects(world.exported)[f"readings/date={day}/part-00000.parquet"], tmp_path)
    assert [row[1] for row in rows] == list(interval_starts(local))


def test_every_column_comes_through_exactly(world: PipelineWorld, tmp_path: Path) -> None:
    first, fourth = (interval_starts(DAY)[index] for index in (0, 3))
    at, early = datetime(2026, 3, 29, 1, 2, 3, 4, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)
    extreme = (
        "Z" * 35, fourth, 15, 0, Decimal("999999.999999"), 0.1 + 0.2, 5e-324, 2_147_483_647, 900, "edited", early, at,
        False,
    )  # fmt: skip
    bare = ("0", first, 60, 0, Decimal("0.000001"), None, None, None, None, "measured", early, early, False)
    world.store([extreme, bare])
    answer = export(world)
    assert (answer["rows"], answer["metering_points"]) == (2, 2)
    assert answer["object"] == f"s3://{world.exported}/{PART}"
    found = read(world.objects(world.exported)[PART], tmp_path)
    exported = [dict(zip(EXPORTED_COLUMNS, row, strict=True)) for row in found]
    stored = [dict(zip(STORED_COLUMNS, row, strict=True)) for row in (bare, extreme)]
    inner = {"given", "withdrawn"}
    assert [{name: row[name] for name in STORED_COLUMNS if name not in inner} for row in exported] == [
        {name: value for name, value in row.items() if name not in inner} for row in stored
    ]
    assert {(row["production_kwh"], row["reactive_kvarh"]) for row in exported} == {(None, None)}


def test_a_withdrawn_reading_is_left_out(world: PipelineWorld) -> None:
    kept, *others = whole_day(1, DAY)
    withdrawn = [(*row[:4], *[None] * 6, *row[10:12], True) for row in others[:1]]
    world.store([kept, *withdrawn])
    assert export(world)["rows"] == 1


def test_the_same_day_gives_the_same_bytes_in_whatever_order_postgres_holds_it(world: PipelineWorld) -> None:
    rows = [row for number in range(1, 201) for row in whole_day(number, DAY)]
    world.store(rows)
    export(world)
    first = world.objects(world.exported)
    export(world)
    assert world.objects(world.exported) == first
    world.execute("TRUNCATE energy_consumption, energy_consumption_history")
    random.Random(1).shuffle(rows)  # noqa: S311  an order, no secret
    world.store(rows)
    export(world)
    assert world.objects(world.exported) == first


def test_a_day_without_readings(world: PipelineWorld, tmp_path: Path) -> None:
    assert export(world)["rows"] == 0
    objects = world.objects(world.exported)
    assert objects.keys() == {PART}
    assert read(objects[PART], tmp_path) == []


def test_shards_are_the_day_in_parts(world: PipelineWorld, tmp_path: Path) -> None:
    world.store([row for number in range(1, 31) for row in whole_day(f"{number:03}", DAY)])
    export(world)
    whole = read(world.objects(world.exported)[PART], tmp_path)
    counts = [export(world, shard=shard)["rows"] for shard in shards_between(["008", "008", "025"])]
    assert counts == [7 * 92, 0, 17 * 92, 6 * 92]
    parts = world.objects(world.exported)
    assert [row for part in sorted(parts) for row in read(parts[part], tmp_path)] == whole


def test_a_shard_reads_its_range_of_the_local_days_partitions_alone(world: PipelineWorld) -> None:
    """The export reads the two days of UTC that the local day touches, by their keys, and no other day."""
    days = [LocalDay(SPRING + timedelta(days=shift), ZAGREB) for shift in (-2, -1, 0, 1, 2)]
    world.store([row for day in days for number in range(1, 201) for row in whole_day(f"{number:03}", day)])
    world.execute("ANALYZE energy_consumption")
    query = shard_query(ShardTask(DAY, RUN, Shard(1, "050", "060"), NOW), with_history=False).as_string(world.postgres)
    with world.postgres.cursor() as cursor:
        cursor.execute("EXPLAIN " + query.removeprefix("COPY (").partition(") TO STDOUT")[0])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    found = set(re.findall("energy_consumption_utc_[0-9]{8}", plan))
    assert found == {"energy_consumption_utc_20260328", "energy_consumption_utc_20260329"}
    assert "Index" in plan
    assert "Seq Scan" not in plan


def test_a_rotated_secret(world: PipelineWorld, other_role: str) -> None:
    needs = needs_of(world)
    needs.database.open(10_000).close()
    world.execute(f"ALTER ROLE {other_role} PASSWORD 'second'")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        needs.database.open(10_000)
    content = json.dumps({"username": other_role, "password": "second"})
    world.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=content)
    needs.database.open(10_000).close()


def test_times_are_utc_whatever_the_databases_zone(world: PipelineWorld, tmp_path: Path) -> None:
    world.execute(f"ALTER DATABASE \"{world.database.name}\" SET timezone = 'Europe/Zagreb'")
    try:
        world.store(whole_day(1, DAY))
        export(world)
        rows = read(world.objects(world.exported)[PART], tmp_path)
    finally:
        world.execute(f'ALTER DATABASE "{world.database.name}" RESET timezone')
    assert [row[1] for row in rows] == list(interval_starts(DAY))
    assert {row[-1] for row in rows} == {datetime(2026, 3, 29, 12, 34, 56, 789012, tzinfo=UTC)}


def test_the_connection_reads_one_snapshot_and_has_a_limit(world: PipelineWorld) -> None:
    with needs_of(world).database.open(50) as opened, opened.cursor() as cursor:
        settings = ("transaction_isolation", "transaction_read_only", "timezone")
        cursor.execute("SELECT current_setting(%s), current_setting(%s), current_setting(%s)", settings)
        assert cursor.fetchone() == ("repeatable read", "on", "UTC")
        with pytest.raises(psycopg2.errors.QueryCanceled):
            cursor.execute("SELECT pg_sleep(60)")
    opened.close()


def test_the_way_of_encryption_is_the_environments(world: PipelineWorld) -> None:
    """The Postgres of the tests has no TLS."""
    with pytest.raises(psycopg2.OperationalError, match="server does not support SSL"):
        needs_of(world, DATABASE_SSLMODE="require").database.open(1_000)


def test_a_fault_of_postgres_is_raised_and_nothing_is_written(world: PipelineWorld) -> None:
    world.store(whole_day(1, DAY))
    world.execute("ALTER TABLE energy_consumption RENAME TO moved")
    try:
        with pytest.raises(psycopg2.errors.UndefinedTable):
            export(world)
    finally:
        world.execute("ALTER TABLE moved RENAME TO energy_consumption")
    assert world.objects(world.exported) == {}


def test_no_postgres_at_all(world: PipelineWorld) -> None:
    with pytest.raises(psycopg2.OperationalError):
        respond(task(), FakeContext(), needs_of(world, DATABASE_PORT="1"))


@pytest.mark.parametrize("day", ["2026-13-01", "2026-11-01", "2030-01-01"])
def test_a_bad_date_writes_nothing(world: PipelineWorld, day: str) -> None:
    with pytest.raises(InvalidDate):
        respond({**task(), "date": day}, FakeContext(), needs_of(world))
    assert world.objects(world.exported) == {}
