"""The rows of a full shard keep their order, also those whose number collides with another one in a hash table.

DuckDB 1.5.6 has a collision among these numbers: 2000005273. An inner join returned its rows after the other rows of
their block of 2,048.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from domain.customers import KEY
from domain.days import LocalDay
from lambdas.alerting.logic import StepFiles, judge
from lambdas.alerting.measured_days import due_readings, in_order
from lambdas.alerting.reported_days import ShardDay
from lambdas.enricher.logic import write_enriched
from lambdas.runtime.duck import literal, open_duckdb
from tests.unit.lambdas.examples import ZAGREB, a_customer, exported_parquet, readings, write_customers

DAY = LocalDay(date(2026, 10, 7), ZAGREB)
NUMBERS = [str(number) for number in range(2_000_000_001, 2_000_006_991)]


@pytest.fixture(scope="module")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_duckdb(tmp_path_factory.mktemp("duck"), 512) as connection:
        yield connection


@pytest.fixture(scope="module")
def judged(duck: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> tuple[ShardDay, Path]:
    """A shard that is judged, with one reading of each metering point, and its enriched part."""
    folder = tmp_path_factory.mktemp("shard")
    exported, customers, joined = (folder / name for name in ("exported", "customers", "joined"))
    (first, *_) = readings(1, DAY)
    exported.write_bytes(exported_parquet(folder, [(number, *first[1:]) for number in NUMBERS]))
    write_customers(duck, customers, map(a_customer, NUMBERS))
    write_enriched(duck, exported, customers, joined)
    given, files = ShardDay(joined, customers, DAY), StepFiles.below(folder)
    judge(duck, given, files)
    return given, files.enriched


def test_the_enriched_part_has_the_readings_in_their_order(
    duck: duckdb.DuckDBPyConnection, judged: tuple[ShardDay, Path]
) -> None:
    _, enriched = judged
    rows = f"read_parquet({literal(enriched)}, file_row_number = true) WHERE consumption_kwh IS NOT NULL"
    found = duck.execute(f"SELECT {KEY} FROM {rows} ORDER BY file_row_number").fetchall()  # noqa: S608
    assert [number for (number,) in found] == NUMBERS


def test_the_due_readings_are_measured_in_their_order(
    duck: duckdb.DuckDBPyConnection, judged: tuple[ShardDay, Path]
) -> None:
    given, _ = judged
    due = due_readings(given.enriched, given.customers, DAY)
    numbered = f"SELECT {KEY}, row_number() OVER () AS place FROM ({due})"  # noqa: S608
    in_order(duck, f"CREATE OR REPLACE TEMP TABLE placed AS {numbered}")
    found = duck.execute(f"SELECT {KEY} FROM placed ORDER BY place").fetchall()  # noqa: S608
    assert [number for (number,) in found] == NUMBERS
