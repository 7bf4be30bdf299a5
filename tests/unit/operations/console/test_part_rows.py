"""Reads rows of single metering points out of parts on the fake S3."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from domain.customers import KEY
from domain.publications import Part
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.duck import ROW_GROUP_ROWS, open_duckdb, write_parquet
from lambdas.runtime.part_totals import totals
from lambdas.runtime.stored_parts import PartChangedError, store_part
from operations.console.data.part_files import TAIL_BYTES, PartFiles
from operations.console.data.part_rows import PartRows
from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.operations.console.duck_query import query_of

BUCKET = "enriched"
POINTS, EACH = 1_400, 96
"""More than 3 groups of rows."""


class World:
    """A part on the fake S3, and a reader of it."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.s3, self.duck, self.folder = FakeS3(), duck, folder
        self.client = cast("Any", self.s3)
        cache = folder / "cache"
        cache.mkdir()
        self.rows = PartRows(PartFiles(self.client, BUCKET, cache, query_of(duck)))

    def part(self, points: int = POINTS, key: str = "readings/date=2026-11-01/part-00000.parquet") -> Part:
        """Stores the readings of metering points `HR-000000` and so on. The last 2 of the part are estimates."""
        number = f"printf('HR-%06d', i // {EACH})"
        query = f"""
            SELECT {number} AS {KEY}, make_timestamptz(i % {EACH}) AS interval_start, hash(i) / 1e19 AS noise,
            (i % {EACH} / 8)::DECIMAL(12,6) AS consumption_kwh, ['A', 'B'] AS findings FROM range({points * EACH}) t(i)
            UNION ALL
            SELECT number, make_timestamptz({EACH}), 0.5, NULL, [] FROM (VALUES ('HR-000001'), ('HR-000700')) v(number)
            """  # noqa: S608
        path = self.folder / "part.parquet"
        write_parquet(self.duck, query, path)
        return totals(self.duck, path).part(key, store_part(self.client, BUCKET, key, path))

    @property
    def fetched(self) -> int:
        return sum(end - start for start, end in self.s3.ranges)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with open_duckdb(tmp_path, 512) as duck:
        yield World(duck, tmp_path)


@pytest.mark.parametrize("point", [0, 1, ROW_GROUP_ROWS // EACH, 700, POINTS - 1])
def test_the_rows_of_a_metering_point_are_read_wherever_they_are(world: World, point: int) -> None:
    part, number = world.part(), f"HR-{point:06}"
    columns = ("interval_start", "consumption_kwh", "findings")
    (found,) = world.rows.of_number([part], number, columns)
    path = world.folder / "part.parquet"
    expected = world.duck.execute(
        f"SELECT epoch_us(interval_start), consumption_kwh, findings FROM '{path}' WHERE {KEY} = ?",  # noqa: S608
        [number],
    ).fetchall()
    assert len(expected) >= EACH
    assert sorted(tuple(row.values()) for row in found) == sorted(expected)


def test_only_the_needed_bytes_are_fetched_and_only_once(world: World) -> None:
    part = world.part()
    size = (world.folder / "part.parquet").stat().st_size
    world.rows.of_number([part], "HR-000900", ("consumption_kwh",))
    once = world.fetched
    assert TAIL_BYTES <= once < size / 2
    world.rows.of_number([part], "HR-000900", ("consumption_kwh", "findings"))
    world.rows.of_number([part], "HR-000901", ("consumption_kwh",))
    assert world.fetched <= once + 64 * 1024, "the same groups are there, but for one more small column"


def test_an_unknown_number_has_no_rows(world: World) -> None:
    assert world.rows.of_number([world.part(3)], "HR-9", ("consumption_kwh",)) == [()]


def test_numbers_are_found_by_their_beginning(world: World) -> None:
    part = world.part()
    assert world.rows.numbers([part], "HR-00139", 20) == [f"HR-00139{digit}" for digit in range(10)]
    assert world.rows.numbers([part], "HR-", 3) == ["HR-000000", "HR-000001", "HR-000002"]
    assert world.rows.numbers([part], "HR-2", 3) == []
    assert world.rows.numbers([part], "", 1) == ["HR-000000"]


def test_a_part_keeps_to_its_version(world: World) -> None:
    older = world.part(3)
    newer = world.part(2)
    assert older.version_id != newer.version_id
    found = world.rows.of_number([older, newer], "HR-000002", ("consumption_kwh",))
    assert [len(rows) for rows in found] == [EACH, 0]


def test_a_part_that_was_changed_is_refused(world: World) -> None:
    part = world.part(3)
    name = BUCKET, part.key
    world.s3.versions[name] = [bytes(len(world.s3.objects[name]))]
    world.s3.objects[name] = world.s3.versions[name][0] or b""
    with pytest.raises(PartChangedError, match=part.key):
        world.rows.of_number([part], "HR-000000", ("consumption_kwh",))


def test_a_part_that_is_gone_is_named(world: World) -> None:
    part = world.part(3)
    del world.s3.objects[BUCKET, part.key]
    world.s3.versions[BUCKET, part.key] = [None]
    with pytest.raises(ObjectMissingError, match=part.key):
        world.rows.of_number([part], "HR-000000", ("consumption_kwh",))
