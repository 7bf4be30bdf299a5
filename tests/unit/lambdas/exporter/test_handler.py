"""The exporter writes a shard's part from the rows that a fake Postgres sends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import psycopg2
import pytest
from psycopg2 import sql

from domain.customers import KEY
from domain.days import LocalDay, parse_instant
from domain.pipeline_dates import InvalidDate
from domain.readings import EXPORTED_COLUMNS, QUANTITIES
from domain.shards import Shard
from lambdas.exporter.database import Database
from lambdas.exporter.environment import Environment
from lambdas.exporter.handler import Dependencies, respond
from lambdas.runtime.day_lock import RunSupersededError
from tests.unit.lambdas.examples import AUTUMN, NOW, SPRING, ZAGREB, as_copied, read_parquet, readings
from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.lambdas.fakes import FakeContext, FakePostgres, FakeSecrets

SPRING_DAY, AUTUMN_DAY = LocalDay(SPRING, ZAGREB), LocalDay(AUTUMN, ZAGREB)
PART = ("exported", "readings/date=2026-03-29/part-00000.parquet")
INSTANT = "2026-11-01T11:00:00Z"
RUN = "arn:aws:states:eu-central-1:1:execution:pipeline:one"


def task(day: str = "2026-03-29", shard: Shard = Shard(0)) -> dict[str, Any]:  # noqa: B008  immutable
    return {"date": day, "run": RUN, "shard": shard.as_json(), "as_known_at": INSTANT}


def locked() -> FakeS3:
    """Returns an S3 in which the run holds the day."""
    s3 = FakeS3()
    for day in ("2026-03-29", "2026-10-25"):
        s3.objects["enriched", f"runs/{day}/lock.json"] = json.dumps({"run": RUN}).encode()
    return s3


def written_by(s3: FakeS3) -> dict[tuple[str, str], bytes]:
    return {key: content for key, content in s3.objects.items() if not key[1].startswith(("runs/", "work/"))}


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Yields the folder of temporary files, and checks that it is empty afterwards."""
    directory = tmp_path / "scratch"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    return directory


def export(event: object, postgres: FakePostgres, s3: FakeS3, remaining_ms: int = 900_000) -> dict[str, Any]:
    environment = Environment("arn", "host", 5432, "energy", "exported", "enriched", ZAGREB, 90)
    secrets = FakeSecrets(json.dumps({"username": "energy", "password": "p"}))
    database = Database(environment, cast("Any", secrets), cast("Any", lambda **_parameters: postgres))
    needs = Dependencies(environment, database, cast("Any", s3), lambda: NOW)
    return respond(event, FakeContext(remaining_ms), needs)


def test_a_day_becomes_its_object(tmp_path: Path, scratch: Path) -> None:
    rows = readings(1, SPRING_DAY) + readings("DE0001234567890000000000000000001", SPRING_DAY, parameters=False)
    postgres, s3 = FakePostgres(as_copied(rows)), locked()
    assert export(task(), postgres, s3) == {
        "date": "2026-03-29",
        "shard": 0,
        "rows": 184,
        "metering_points": 2,
        "object": "s3://exported/readings/date=2026-03-29/part-00000.parquet",
    }
    content = s3.objects[PART]
    written = read_parquet(tmp_path, content)
    assert [(*row[:3], str(row[3]), *row[4:]) for row in written] == rows
    described = read_parquet(tmp_path, content, "DESCRIBE rows")
    assert {name: kind for name, kind, *_ in described} == EXPORTED_COLUMNS
    assert postgres.closed
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("day", "count"), [(SPRING_DAY, 92), (AUTUMN_DAY, 100)])
def test_both_days_of_a_clock_change(day: LocalDay, count: int) -> None:
    answer = export(task(str(day.date)), FakePostgres(as_copied(readings(1, day))), locked())
    assert (answer["date"], answer["rows"]) == (str(day.date), count)


def test_only_the_shards_metering_points_are_asked_for() -> None:
    postgres, s3 = FakePostgres(), locked()
    export(task(shard=Shard(2, "17", "DE4711")), postgres, s3)
    assert written_by(s3).keys() == {("exported", "readings/date=2026-03-29/part-00002.parquet")}
    (query,) = postgres.queries
    assert set(literals(query)) == {SPRING_DAY.start, SPRING_DAY.end, "17", "DE4711", parse_instant(INSTANT)}


def literals(query: sql.Composed) -> Iterator[object]:
    for part in query.seq:
        if isinstance(part, sql.Composed):
            yield from literals(part)
        elif isinstance(part, sql.Literal):
            yield part.wrapped


def test_a_day_without_readings_is_an_object_without_rows(tmp_path: Path) -> None:
    s3 = locked()
    answer = export(task(), FakePostgres(), s3)
    assert (answer["rows"], answer["metering_points"]) == (0, 0)
    assert read_parquet(tmp_path, s3.objects[PART]) == []
    assert len(read_parquet(tmp_path, s3.objects[PART], "DESCRIBE rows")) == len(EXPORTED_COLUMNS)


def test_every_digit_comes_through(tmp_path: Path) -> None:
    received = "2026-03-29 00:00:00.000001"
    largest: dict[str, Any] = {
        "consumption_kwh": "999999.999999",
        "reactive_kvarh": "-999999.999999",
        "average_voltage_v": "0.1",
        "average_frequency_hz": "5e-324",
        "voltage_drops": 2_147_483_647,
    }
    least: dict[str, Any] = {
        "consumption_kwh": "0.000001",
        "average_voltage_v": "1.7976931348623157e+308",
        "average_frequency_hz": "NaN",
    }
    values = [
        (
            number,
            start,
            minutes,
            *(measured.get(quantity.field) for quantity in QUANTITIES),
            quality,
            received,
            received,
        )
        for number, start, minutes, measured, quality in [
            ("0" * 35, "2026-03-29 00:00:00", 5, largest, "measured"),
            ("Z" * 35, "2026-03-29 00:15:00", 60, least, "estimated"),
        ]
    ]
    s3 = locked()
    export(task(), FakePostgres(as_copied(values)), s3)
    first, second = (dict(zip(EXPORTED_COLUMNS, row, strict=True)) for row in read_parquet(tmp_path, s3.objects[PART]))
    assert (first[KEY], first["interval_minutes"], first["received_at"].microsecond) == ("0" * 35, 5, 1)
    assert {name: str(first[name]) for name in largest} == {name: str(value) for name, value in largest.items()}
    assert (second[KEY], second["interval_minutes"], second["quality"]) == ("Z" * 35, 60, "estimated")
    assert str(second["consumption_kwh"]) == "0.000001"
    assert (second["average_voltage_v"], str(second["average_frequency_hz"])) == (1.7976931348623157e308, "nan")
    assert second["production_kwh"] is None


def test_the_same_rows_give_the_same_bytes_however_they_arrive() -> None:
    content = as_copied(row for number in range(1, 30) for row in readings(number, SPRING_DAY))
    one, other = locked(), locked()
    export(task(), FakePostgres(content), one)
    pieces = [content[start : start + 777] for start in range(0, len(content), 777)]
    export(task(), FakePostgres(*pieces), other)
    assert one.objects == other.objects


def test_a_copy_that_breaks_off_publishes_nothing(scratch: Path) -> None:
    content = as_copied(readings(1, SPRING_DAY))
    s3 = locked()
    broken = FakePostgres(content, psycopg2.OperationalError("server closed the connection unexpectedly"))
    with pytest.raises(psycopg2.OperationalError):
        export(task(), broken, s3)
    assert written_by(s3) == {}
    assert broken.closed
    assert list(scratch.iterdir()) == []


def test_rows_that_are_no_readings_end_the_copy() -> None:
    content = as_copied(readings(1, SPRING_DAY))
    s3, postgres = locked(), FakePostgres(*[content] * 5, b"x\ty\n", *[content] * 500)
    with pytest.raises(duckdb.Error):
        export(task(), postgres, s3)
    assert written_by(s3) == {}
    assert postgres.cancelled


def test_a_leftover_of_a_run_that_lost_its_turn_publishes_nothing() -> None:
    s3 = locked()
    s3.objects["enriched", "runs/2026-03-29/lock.json"] = b'{"run": "another"}'
    with pytest.raises(RunSupersededError, match="belongs to another"):
        export(task(), FakePostgres(as_copied(readings(1, SPRING_DAY))), s3)
    assert written_by(s3) == {}


@pytest.mark.parametrize("event", [task("2026-11-01"), task("2026-3-29"), task("2027-01-01"), {"run": RUN}])
def test_a_bad_date_reads_and_writes_nothing(event: dict[str, Any]) -> None:
    postgres, s3 = FakePostgres(), FakeS3()
    with pytest.raises(InvalidDate):
        export(event, postgres, s3)
    assert (postgres.queries, s3.objects) == ([], {})


@pytest.mark.parametrize(("remaining_ms", "statement_ms"), [(900_000, 890_000), (3_000, 1_000)])
def test_postgres_ends_the_query_before_lambda_ends_the_function(remaining_ms: int, statement_ms: int) -> None:
    environment = Environment("arn", "host", 5432, "energy", "exported", "enriched", ZAGREB, 90)
    seen: dict[str, Any] = {}

    def connect(**parameters: Any) -> FakePostgres:
        seen.update(parameters)
        return FakePostgres()

    secrets = FakeSecrets(json.dumps({"username": "energy", "password": "p"}))
    database = Database(environment, cast("Any", secrets), cast("Any", connect))
    needs = Dependencies(environment, database, cast("Any", locked()), lambda: NOW)
    respond(task(), FakeContext(remaining_ms), needs)
    assert f"statement_timeout={statement_ms}" in seen["options"]
