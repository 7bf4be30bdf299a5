"""The exporter on a Postgres that sends what a test wants."""

import json
from pathlib import Path
from typing import Any, cast

import duckdb
import psycopg2
import pytest

from lambdas.exporter.database import Database
from lambdas.exporter.environment import Environment
from lambdas.exporter.handler import Dependencies, respond
from lambdas.shared.days import LocalDay
from lambdas.shared.pipeline_dates import InvalidDate
from lambdas.shared.readings import EXPORTED_COLUMNS
from tests.events import load_event
from tests.unit.lambdas.examples import AUTUMN, NOW, SPRING, ZAGREB, as_csv, read_parquet, readings
from tests.unit.lambdas.fakes import FakeContext, FakePostgres, FakeS3, FakeSecrets

SPRING_DAY, AUTUMN_DAY = LocalDay(SPRING, ZAGREB), LocalDay(AUTUMN, ZAGREB)
PART = ("exported", "date=2026-03-29/part-00000.parquet")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, checked to be left empty."""
    directory = tmp_path / "scratch"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    return directory


def export(event: object, postgres: FakePostgres, s3: FakeS3, remaining_ms: int = 900_000) -> dict[str, Any]:
    environment = Environment("arn", "host", 5432, "energy", "exported", ZAGREB)
    secrets = FakeSecrets(json.dumps({"username": "energy", "password": "p"}))
    database = Database(environment, cast("Any", secrets), cast("Any", lambda **_parameters: postgres))
    needs = Dependencies(environment, database, cast("Any", s3), lambda: NOW)
    return respond(event, FakeContext(remaining_ms), needs)


def test_a_day_becomes_its_object(tmp_path: Path, scratch: Path) -> None:
    rows = readings(1, SPRING_DAY) + readings(385_000_000_000_000_001, SPRING_DAY, parameters=False)
    postgres, s3 = FakePostgres(as_csv(rows)), FakeS3()
    assert export({"date": "2026-03-29"}, postgres, s3) == {
        "date": "2026-03-29",
        "rows": 184,
        "metering_points": 2,
        "object": "s3://exported/date=2026-03-29/part-00000.parquet",
    }
    content = s3.objects[PART]
    written = read_parquet(tmp_path, content)
    assert [(row[0], row[1], str(row[2]), *row[3:]) for row in written] == rows
    described = read_parquet(tmp_path, content, "DESCRIBE rows")
    assert {name: kind for name, kind, *_ in described} == EXPORTED_COLUMNS
    assert postgres.closed
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("event", "day", "count"), [("scheduled", SPRING_DAY, 92), (None, AUTUMN_DAY, 100)])
def test_both_days_of_a_clock_change(event: str | None, day: LocalDay, count: int) -> None:
    s3 = FakeS3()
    pipeline_input = load_event(event) if event else {"date": str(day.date)}
    answer = export(pipeline_input, FakePostgres(as_csv(readings(1, day))), s3)
    assert (answer["date"], answer["rows"]) == (str(day.date), count)


def test_a_day_without_readings_is_an_object_without_rows(tmp_path: Path) -> None:
    s3 = FakeS3()
    answer = export({"date": "2026-03-29"}, FakePostgres(), s3)
    assert (answer["rows"], answer["metering_points"]) == (0, 0)
    assert read_parquet(tmp_path, s3.objects[PART]) == []
    assert len(read_parquet(tmp_path, s3.objects[PART], "DESCRIBE rows")) == len(EXPORTED_COLUMNS)


def test_every_digit_comes_through(tmp_path: Path) -> None:
    values = [
        (999_999_999_999_999_999, "2026-03-29 00:00:00", "999999.999999", "0.1", "5e-324", 2_147_483_647, 900,
         "2026-03-29 00:00:00.000001", 2_147_483_647),
        (1, "2026-03-29 00:15:00", "0.000001", "1.7976931348623157e+308", "NaN", 0, 0, "2026-03-29 12:00:00", 1),
    ]  # fmt: skip
    s3 = FakeS3()
    export({"date": "2026-03-29"}, FakePostgres(as_csv(values)), s3)
    first, second = read_parquet(tmp_path, s3.objects[PART])
    assert (str(first[2]), first[3], first[4], first[7].microsecond) == ("999999.999999", 0.1, 5e-324, 1)
    assert (str(second[2]), second[3], str(second[4])) == ("0.000001", 1.7976931348623157e308, "nan")


def test_the_same_rows_give_the_same_bytes_however_they_arrive() -> None:
    content = as_csv(row for number in range(1, 30) for row in readings(number, SPRING_DAY))
    one, other = FakeS3(), FakeS3()
    export({"date": "2026-03-29"}, FakePostgres(content), one)
    pieces = [content[start : start + 777] for start in range(0, len(content), 777)]
    export({"date": "2026-03-29"}, FakePostgres(*pieces), other)
    assert one.objects == other.objects


def test_a_copy_that_breaks_off_publishes_nothing(scratch: Path) -> None:
    content = as_csv(readings(1, SPRING_DAY))
    s3 = FakeS3()
    broken = FakePostgres(content, psycopg2.OperationalError("server closed the connection unexpectedly"))
    with pytest.raises(psycopg2.OperationalError):
        export({"date": "2026-03-29"}, broken, s3)
    assert s3.objects == {}
    assert broken.closed
    assert list(scratch.iterdir()) == []


def test_rows_that_are_no_readings_end_the_copy() -> None:
    content = as_csv(readings(1, SPRING_DAY))
    s3, postgres = FakeS3(), FakePostgres(*[content] * 5, b"x,y\n", *[content] * 500)
    with pytest.raises(duckdb.Error):
        export({"date": "2026-03-29"}, postgres, s3)
    assert s3.objects == {}
    assert postgres.cancelled


def test_parts_that_a_former_run_left_are_removed() -> None:
    s3 = FakeS3()
    others = {
        ("exported", "date=2026-03-30/part-00001.parquet"): b"another day",
        ("exported", "date=2026-03-29/notes.txt"): b"no part",
        ("enriched", "date=2026-03-29/part-00001.parquet"): b"another bucket",
    }
    s3.objects = {**others, ("exported", "date=2026-03-29/part-00001.parquet"): b"stale", PART: b"former"}
    export({"date": "2026-03-29"}, FakePostgres(as_csv(readings(1, SPRING_DAY))), s3)
    assert s3.objects.keys() == {*others, PART}
    assert s3.objects[PART] != b"former"


@pytest.mark.parametrize("event", [{"date": "2026-11-01"}, {"date": "2026-3-29"}, {"date": "2027-01-01"}])
def test_a_bad_date_reads_and_writes_nothing(event: dict[str, str]) -> None:
    postgres, s3 = FakePostgres(), FakeS3()
    with pytest.raises(InvalidDate):
        export(event, postgres, s3)
    assert (postgres.queries, s3.objects) == ([], {})


@pytest.mark.parametrize(("remaining_ms", "statement_ms"), [(900_000, 890_000), (3_000, 1_000)])
def test_postgres_ends_the_query_before_lambda_ends_the_function(remaining_ms: int, statement_ms: int) -> None:
    environment = Environment("arn", "host", 5432, "energy", "exported", ZAGREB)
    seen: dict[str, Any] = {}

    def connect(**parameters: Any) -> FakePostgres:
        seen.update(parameters)
        return FakePostgres()

    secrets = FakeSecrets(json.dumps({"username": "energy", "password": "p"}))
    database = Database(environment, cast("Any", secrets), cast("Any", connect))
    needs = Dependencies(environment, database, cast("Any", FakeS3()), lambda: NOW)
    respond({"date": "2026-03-29"}, FakeContext(remaining_ms), needs)
    assert f"statement_timeout={statement_ms}" in seen["options"]
