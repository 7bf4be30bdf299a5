"""The parts of a restore have the readings of the newest publications, as CSV that Postgres copies."""

import csv
import gzip
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.readings import EXPORTED_COLUMNS
from lambdas.runtime.stored_parts import PartChangedError
from operations.restore_parts import Restore, prepare
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after

OUTPUTS = {"enriched_bucket": "enriched", "time_zone": "Europe/Zagreb", "readings_retention_days": 30}
NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ReplayWorld:
    found = ReplayWorld(tmp_path)

    def upload_file(path: str, bucket: str, key: str) -> None:
        found.runs.s3.put_object(Bucket=bucket, Key=key, Body=Path(path).read_bytes())

    monkeypatch.setattr(found.runs.s3, "upload_file", upload_file, raising=False)
    return found


def prepared(world: ReplayWorld, known_after: datetime | None, **outputs: Any) -> tuple[dict[date, int], list[Any]]:
    """Returns the days and the parts of the manifest."""
    restore = Restore(world.runs.s3, "exported", "one")
    days = prepare(restore, {**OUTPUTS, **outputs}, NOW, known_after=known_after)
    return days, restore.read_json("manifest.json")["parts"]


def rows(world: ReplayWorld, name: str) -> list[dict[str, str]]:
    content = gzip.decompress(world.runs.s3.objects["exported", f"restores/one/{name}"]).decode()
    return list(csv.DictReader(io.StringIO(content), list(EXPORTED_COLUMNS)))


def test_every_shard_of_the_newest_publication_is_a_part(world: ReplayWorld) -> None:
    world.run(MONDAY)
    world.run_again(MONDAY, 1)
    days, parts = prepared(world, None)
    assert days == {MONDAY: 2}
    assert [part["name"] for part in parts] == [f"date={MONDAY}/part-0000{number}.csv.gz" for number in (0, 1)]
    assert parts[0]["first"] == ""
    assert parts[0]["beyond"] == parts[1]["first"]
    assert parts[1]["beyond"] == "~"
    assert {(part["date"], part["start"], part["end"]) for part in parts} == {
        (str(MONDAY), "2026-03-22T23:00:00Z", "2026-03-23T23:00:00Z")
    }
    found = [row for part in parts for row in rows(world, part["name"])]
    assert len(found) == 4 * 96
    assert max(float(row["consumption_kwh"]) for row in found) == 6.0
    assert found[0]["interval_start"] == "2026-03-22 23:00:00+00"
    assert found[0]["production_kwh"] == "\\N"


def test_only_what_the_snapshot_may_lack_is_prepared(world: ReplayWorld) -> None:
    world.run(MONDAY)
    taken_at = world.runs.as_known_at
    world.run_again(after(MONDAY, 1))
    days, parts = prepared(world, taken_at)
    assert days == {after(MONDAY, 1): 1}
    assert {part["date"] for part in parts} == {str(after(MONDAY, 1))}
    assert prepared(world, world.runs.as_known_at + timedelta(hours=1)) == ({}, [])


def test_a_day_that_the_database_no_longer_keeps_is_left_out(world: ReplayWorld) -> None:
    world.run(MONDAY)
    assert prepared(world, None, readings_retention_days=8)[0] == {}
    assert prepared(world, None, readings_retention_days=9)[0] == {MONDAY: 1}


def test_an_object_that_is_not_as_published_ends_the_restore(world: ReplayWorld) -> None:
    world.run(MONDAY)
    key = "exported", f"readings/date={MONDAY}/part-00000.parquet"
    world.runs.s3.versions[key] = [b"other bytes"]
    with pytest.raises(PartChangedError, match="SHA-256"):
        prepared(world, None)
