"""The record of a publication: what it says, when it is added, and what is found that contradicts it."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from domain.publications import InvalidPublicationError, Publication, read_publication, write_publication
from lambdas.publisher import handler
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.publications import Publications, PublicationTakenError
from lambdas.runtime.stored_parts import PartChangedError
from tests.unit.lambdas.examples import NOW, an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

ROWS = {"exported": 184, "enriched": 184, "customers": 2, "findings": 0, "days": 2}
"""The rows of each part in the day of `world`."""
FIRST, SECOND = (f"publications/date=2026-03-29/{number:06}.json" for number in (1, 2))


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """4 customers in 2 shards, each with a day of 92 readings of 0.316781 kWh on average."""
    made = RunWorld(tmp_path, *(an_item(number) for number in range(1, 5)), shards=2)
    made.rows = [row for number in range(1, 5) for row in readings(number, DAY)]
    made.processes_once = True
    return made


def published(world: RunWorld, number: int = 1) -> Publication:
    return Publications(cast("Any", world.s3), "enriched").read(DAY.date, number)


def corrected(world: RunWorld, number: int = 4, kwh: str = "1.000000") -> None:
    """The first reading of a customer gets another value, 1 hour later."""
    at = next(index for index, row in enumerate(world.rows) if row[0] == str(number))
    row = world.rows[at]
    world.rows[at] = (*row[:3], kwh, *row[4:-1], row[-1] + timedelta(hours=1))


def test_the_record_names_the_version_the_hash_and_the_content_of_each_part(world: RunWorld) -> None:
    assert world.run()["publication"] == {"number": 1, "is_new": True}
    record = published(world)
    assert (record.number, record.run, record.as_known_at, record.published_at) == (1, RUN, NOW, NOW)
    assert (record.rows, record.metering_points, record.kwh) == (4 * 92, 4, "116.575408")
    assert [len(each) for each in (record.code, record.rules)] == [12, 12]
    assert record.change is None
    for shard in record.shards:
        for kind, part in shard.parts().items():
            content = world.s3.objects["exported" if kind == "exported" else "enriched", part.key]
            assert part.sha256 == hashlib.sha256(content).hexdigest()
            assert (part.version_id, part.rows) == ("v1", ROWS[kind])
            assert part.written_by.startswith("duckdb ")
    assert [shard.exported.kwh for shard in record.shards] == ["58.287704", "58.287704"]


def test_the_alarms_follow_the_record_and_the_runs_own_completion_comes_last(world: RunWorld) -> None:
    world.run()
    after = world.s3.writes[world.s3.writes.index(FIRST) + 1 :]
    assert [key for key in after if not key.startswith("work/")] == [
        "publication_rows/date=2026-03-29/000001.parquet",
        "alarms/date=2026-03-29/kept.json",
        "summaries/date=2026-03-29/000001.json",
        "reports/date=2026-03-29/000001.html",
        "alarms/last-mail.json",
        "alarms/date=2026-03-29/kept.json",
        "runs/2026-03-29/completed.json",
    ]


def test_the_text_of_a_record_comes_back(world: RunWorld) -> None:
    world.run()
    corrected(world)
    world.run(OTHER_RUN)
    for number in (1, 2):
        record = published(world, number)
        assert read_publication(write_publication(record)) == record


@pytest.mark.parametrize("run", [RUN, OTHER_RUN])
def test_a_run_again_without_changes_adds_no_publication_and_writes_no_part(world: RunWorld, run: str) -> None:
    world.run()
    world.s3.writes.clear()
    world.as_known_at += timedelta(hours=1)
    assert world.run(run)["publication"]["number"] == 1
    assert ("enriched", SECOND) not in world.s3.objects
    assert [key for key in world.s3.writes if "date=" in key] == []
    assert json.loads(world.s3.objects["enriched", "runs/2026-03-29/completed.json"])["as_known_at"].startswith(
        "2026-11-01T13"
    )


def test_a_correction_writes_the_parts_of_its_shard_alone_and_the_record_says_what_changed(world: RunWorld) -> None:
    world.run()
    corrected(world)
    world.s3.writes.clear()
    assert world.run(OTHER_RUN)["publication"] == {"number": 2, "is_new": True}
    assert [key for key in world.s3.writes if "part-" in key] == [
        *["readings/date=2026-03-29/part-00001.parquet"] * 2,
        "days/date=2026-03-29/part-00001.parquet",
    ]
    before, after = published(world, 1), published(world, 2)
    assert after.shards[0].is_same_as(before.shards[0])
    assert after.shards[1].customers == before.shards[1].customers
    assert after.shards[1].findings == before.shards[1].findings
    change = after.change
    assert change is not None
    assert (change.against, change.parts, change.metering_points, change.intervals) == (1, 1, 1, 1)
    assert (change.kwh_before, change.kwh_after) == ("116.575408", "117.258627")


def test_added_and_withdrawn_readings_count_as_changed_intervals(world: RunWorld) -> None:
    late = world.rows.pop()
    world.run()
    world.rows = [*world.rows[1:], late]
    world.run(OTHER_RUN)
    change = published(world, 2).change
    assert change is not None
    assert (change.parts, change.metering_points, change.intervals) == (2, 2, 2)


def test_the_same_values_again_are_a_changed_part_without_changed_intervals(world: RunWorld) -> None:
    world.run()
    corrected(world, kwh="0.316781")
    world.run(OTHER_RUN)
    change = published(world, 2).change
    assert change is not None
    assert (change.parts, change.metering_points, change.intervals) == (1, 0, 0)


def test_other_boundaries_are_a_new_publication_without_counts(world: RunWorld) -> None:
    world.run()
    world.shards = 3
    world.run(OTHER_RUN)
    change = published(world, 2).change
    assert change is not None
    assert (change.parts, change.metering_points, change.intervals) == (3, None, None)
    assert change.kwh_before == change.kwh_after


def _somebody_writes(world: RunWorld, bucket: str, key: str) -> None:
    world.s3.objects[bucket, key] = b"somebody else's"


def _version_comes_back(world: RunWorld, bucket: str, key: str) -> None:
    """S3 answers the first version of an object that has two."""
    world.s3.versions[bucket, key] = world.s3.versions[bucket, key][:1]
    world.s3.objects[bucket, key] = cast("bytes", world.s3.versions[bucket, key][0])


def _is_gone(world: RunWorld, bucket: str, key: str) -> None:
    world.s3.delete_object(Bucket=bucket, Key=key)


@pytest.mark.parametrize("bucket", ["exported", "enriched"])
@pytest.mark.parametrize("happens", [_somebody_writes, _version_comes_back, _is_gone])
def test_a_part_that_s3_answers_otherwise_is_named_and_nothing_is_published(
    world: RunWorld, bucket: str, happens: Callable[[RunWorld, str, str], None]
) -> None:
    world.run()
    corrected(world)
    world.process(OTHER_RUN)
    happens(world, bucket, "readings/date=2026-03-29/part-00001.parquet")
    with pytest.raises(PartChangedError, match=f"s3://{bucket}/readings/date=2026-03-29/part-00001.parquet is "):
        world.publish(OTHER_RUN)
    assert ("enriched", SECOND) not in world.s3.objects


def _late_write(world: RunWorld, bucket: str, key: str) -> None:
    """S3 completes the write of an attempt that died: the same bytes as a version of their own."""
    world.s3.put_object(Bucket=bucket, Key=key, Body=world.s3.objects[bucket, key])


@pytest.mark.parametrize("bucket", ["exported", "enriched"])
def test_a_late_write_of_the_same_bytes_is_the_version_that_is_published(world: RunWorld, bucket: str) -> None:
    world.process()
    _late_write(world, bucket, "readings/date=2026-03-29/part-00001.parquet")
    world.publish()
    shard = published(world).shards[1]
    late, other = (shard.exported, shard.enriched) if bucket == "exported" else (shard.enriched, shard.exported)
    assert (late.version_id, other.version_id) == ("v2", "v1")


@pytest.mark.parametrize("bucket", ["exported", "enriched"])
def test_a_late_write_after_the_publication_is_named_by_the_next_one(world: RunWorld, bucket: str) -> None:
    world.run()
    _late_write(world, bucket, "readings/date=2026-03-29/part-00001.parquet")
    world.run(OTHER_RUN)
    change = published(world, 2).change
    assert change is not None
    assert (change.parts, change.metering_points, change.intervals) == (1, 0, 0)


def test_bytes_that_changed_under_their_version_are_found_by_the_next_step(world: RunWorld) -> None:
    world.plan()
    shard = world.planned[0]
    world.export(shard)
    key = "exported", "readings/date=2026-03-29/part-00000.parquet"
    world.s3.versions[key] = [b"tampered with"]
    with pytest.raises(PartChangedError, match="version v1, has the SHA-256"):
        world.enrich(shard)


def test_two_writers_cannot_both_take_a_number(world: RunWorld) -> None:
    world.run()
    corrected(world)
    world.process(OTHER_RUN)

    def another_is_faster(operation: str, key: str) -> None:
        if operation == "put" and key == SECOND:
            world.s3.objects["enriched", SECOND] = b"another's"

    world.s3.fault = another_is_faster
    with pytest.raises(PublicationTakenError, match=SECOND):
        world.publish(OTHER_RUN)
    assert world.s3.objects["enriched", SECOND] == b"another's"


def test_a_run_that_loses_the_day_before_its_record_adds_none(world: RunWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.process()

    def lose_the_day(*_given: object) -> None:
        world.s3.objects["enriched", "runs/2026-03-29/lock.json"] = b'{"run": "another"}'

    monkeypatch.setattr(handler, "seal_parts", lose_the_day)
    with pytest.raises(RunSupersededError):
        world.publish()
    assert ("enriched", FIRST) not in world.s3.objects


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"date": "2026-03-29", "shards": []}', '{"date": "2026-03-29", "shards": [{"number": 0}]}'],
)
def test_a_record_out_of_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidPublicationError):
        read_publication(text)
