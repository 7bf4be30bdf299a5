"""Each data set has its prefix in the buckets, and its Parquet files have times as instants of UTC."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS, VALIDATED_COLUMNS
from tests.unit.lambdas.examples import an_item, readings
from tests.unit.lambdas.run_world import DAY, RunWorld

READINGS_TIMES = {"interval_start", "reported_at", "received_at"}
TIMES = {
    "readings": READINGS_TIMES,
    "work": READINGS_TIMES,
    "alarm_rows": {"raised_at", "changed_at"},
    "publication_rows": {"as_known_at", "published_at"},
}
"""The columns with times of each prefix. The Parquet files of the other prefixes have none."""


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """Runs a day in three shards, with an alarm and with a reading without a customer."""
    made = RunWorld(tmp_path, *(an_item(number) for number in range(1, 5)), shards=3)
    made.rows = [row for number in (1, 2, 3, 9) for row in readings(number, DAY)]
    made.run()
    return made


@pytest.fixture
def folder(world: RunWorld, tmp_path: Path) -> Path:
    """Returns a folder with the objects of the buckets."""
    for (bucket, key), content in world.s3.objects.items():
        path = tmp_path / "buckets" / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "buckets"


def test_a_data_sets_prefix_is_read_whole(folder: Path) -> None:
    for bucket, columns in (
        ("exported", EXPORTED_COLUMNS),
        ("enriched", EXPORTED_COLUMNS | CUSTOMER_COLUMNS | VALIDATED_COLUMNS),
    ):
        files = [path for path in (folder / bucket / "readings").rglob("*") if path.is_file()]
        assert len(files) == 3
        assert {path.suffix for path in files} == {".parquet"}
        with duckdb.connect() as connection:
            rows = connection.read_parquet(f"{folder}/{bucket}/readings/**", hive_partitioning=True)
            assert rows.columns == [*columns, "date"]
            assert len(rows) == 4 * 92


def test_nothing_is_outside_the_known_prefixes(world: RunWorld) -> None:
    prefixes = {(bucket, key.partition("/")[0]) for bucket, key in world.s3.objects}
    assert prefixes == {("exported", "readings"), *(("enriched", each) for each in _ENRICHED)}


_ENRICHED = (
    *("readings", "customers", "findings", "days", "numbers", "publications", "publication_rows"),
    *("alarms", "alarm_rows", "summaries", "reports", "runs", "work"),
)


def test_every_time_in_every_parquet_object_is_an_instant(folder: Path) -> None:
    found = {path: dict(_times(path)) for path in folder.rglob("*.parquet")}
    for path, times in found.items():
        assert all("isAdjustedToUTC=1" in kind for kind in times.values()), path
        assert times.keys() == TIMES.get(path.relative_to(folder).parts[1], set()), path


def _times(path: Path) -> Iterator[tuple[str, str]]:
    """Returns the columns of a Parquet file that hold times or dates, with their logical types."""
    with duckdb.connect() as connection:
        schema = connection.execute("SELECT name, logical_type FROM parquet_schema(?)", [str(path)]).fetchall()
    yield from ((name, kind) for name, kind in schema if kind and ("Time" in kind or "Date" in kind))
