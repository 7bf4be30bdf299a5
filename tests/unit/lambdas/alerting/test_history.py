"""A day is judged against the newest publications of earlier days, in the range of each shard's numbers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from domain.days import LocalDay, parse_instant
from domain.object_keys import history_key
from domain.publications import read_publication, write_publication
from domain.shard_tasks import ShardTask
from domain.shards import Shard
from lambdas.alerting.history import History, fetch_history
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.earlier_days import DAYS_BACK, EarlierDaysError, write_earlier_days
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import PartChangedError
from tests.unit.lambdas.examples import ZAGREB, an_item, read_parquet, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

MONDAY = LocalDay(date(2026, 3, 23), ZAGREB)
WHOLE = Shard(0)


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """Makes 4 customers."""
    return RunWorld(tmp_path, *(an_item(number) for number in range(1, 5)))


def publish(world: RunWorld, *days: LocalDay, shards: int = 1, run: str = RUN) -> None:
    """Publishes the days, each with a whole day of readings of every customer."""
    world.shards = shards
    for day in days:
        world.day = day
        world.rows = [row for number in range(1, 5) for row in readings(number, day)]
        world.run(run)


def before(day: LocalDay, days: int) -> LocalDay:
    return LocalDay(day.date - timedelta(days=days), ZAGREB)


def history(world: RunWorld, folder: Path, day: LocalDay = MONDAY, shard: Shard = WHOLE) -> History:
    """What a run of the day fetches for a shard."""
    s3 = cast("Any", world.s3)
    write_earlier_days(s3, "enriched", day.date, RUN, [shard])
    return fetch_history(ShardTask(day, RUN, shard, parse_instant("2026-11-01T00:00:00Z")), s3, "enriched", folder)


def numbers(found: History, scratch: Path) -> list[list[str]]:
    """The numbers of each day, file by file."""
    return [
        [number for path in day.files for (number, *_) in read_parquet(scratch, path.read_bytes())]
        for day in found.days
    ]


def dates(days: Iterable[LocalDay]) -> list[str]:
    return [str(day.date) for day in days]


def test_the_days_are_like_days_and_the_last_7_the_earliest_first(world: RunWorld, tmp_path: Path) -> None:
    publish(world, *(before(MONDAY, back) for back in (1, 2, 7, 8, 9, 10, DAYS_BACK, DAYS_BACK + 3)))
    found = history(world, tmp_path / "history")
    # 8 and 9 days before are a Sunday and a Saturday, 31 days before is a Friday of too long ago.
    expected = dates(before(MONDAY, back) for back in (DAYS_BACK, 10, 7, 2, 1))
    assert [str(day.date) for day in found.days] == expected
    assert found.publications == dict.fromkeys(expected, 1)
    assert numbers(found, tmp_path) == [["1", "2", "3", "4"]] * 5


def test_later_days_and_days_without_a_publication_are_absent(world: RunWorld, tmp_path: Path) -> None:
    publish(world, MONDAY, LocalDay(MONDAY.date + timedelta(days=1), ZAGREB))
    assert history(world, tmp_path / "history") == History([], {})


@pytest.mark.parametrize(
    ("shard", "expected"),
    [
        (Shard(0), ["1", "2", "3", "4"]),
        (Shard(0, end="2"), ["1"]),
        (Shard(1, "2", "3"), ["2"]),
        (Shard(1, "25", "4"), ["2", "3"]),
        (Shard(2, "4"), ["4"]),
        (Shard(2, "5"), ["4"]),
    ],
)
def test_the_parts_that_overlap_a_shard_are_fetched(
    world: RunWorld, tmp_path: Path, shard: Shard, expected: list[str]
) -> None:
    publish(world, before(MONDAY, 1), shards=4)
    assert numbers(history(world, tmp_path / "history", shard=shard), tmp_path) == [expected]


def test_the_newest_publication_counts_and_its_versions_are_fetched(world: RunWorld, tmp_path: Path) -> None:
    earlier = before(MONDAY, 1)
    publish(world, earlier)
    world.rows = world.rows[1:]
    world.run(OTHER_RUN)
    world.s3.put_object(Bucket="enriched", Key=f"days/date={earlier.date}/part-00000.parquet", Body=b"a later run's")
    found = history(world, tmp_path / "history")
    assert found.publications == {str(earlier.date): 2}
    assert read_parquet(tmp_path, found.days[0].files[0].read_bytes())[0][2] == 95


def test_a_part_whose_bytes_changed_is_named(world: RunWorld, tmp_path: Path) -> None:
    earlier = before(MONDAY, 1)
    publish(world, earlier)
    world.s3.versions["enriched", f"days/date={earlier.date}/part-00000.parquet"][0] = b"tampered with"
    with pytest.raises(PartChangedError, match="days/date=2026-03-22"):
        history(world, tmp_path / "history")


def test_a_shard_whose_run_chose_no_history_is_not_judged(world: RunWorld) -> None:
    world.plan()
    world.list_shards()
    (shard,) = world.planned
    world.export(shard)
    world.enrich(shard)
    key = "enriched", history_key(DAY.date, RUN, 0)
    world.s3.objects[key] = b'[{"date": "2026-03-28"}]'
    with pytest.raises(EarlierDaysError, match="history-00000"):
        world.find(shard)
    del world.s3.objects[key]
    with pytest.raises(ObjectMissingError, match="history-00000"):
        world.find(shard)


def test_the_record_says_what_each_shard_was_judged_against(world: RunWorld) -> None:
    earlier = before(MONDAY, 1)
    publish(world, earlier, MONDAY, shards=2)
    publish(world, earlier, run=OTHER_RUN, shards=2)
    world.rows = world.rows[1:]
    world.run(OTHER_RUN)
    world.day = MONDAY
    world.rows = [row for number in range(2, 5) for row in readings(number, MONDAY)]
    world.catch_up_shards([0], OTHER_RUN)
    publications = Publications(cast("Any", world.s3), "enriched")
    first, second = (publications.read(MONDAY.date, number) for number in (1, 2))
    assert [shard.judged_against for shard in first.shards] == [{"2026-03-22": 1}] * 2
    assert [shard.judged_against for shard in second.shards] == [{"2026-03-22": 2}, {"2026-03-22": 1}]
    for record in (first, second):
        assert read_publication(write_publication(record)) == record
    assert write_publication(second).count('"2026-03-22"') == 2
    other = [replace(shard, judged_against={}) for shard in second.shards]
    assert [shard.is_same_as(each) for shard, each in zip(second.shards, other, strict=True)] == [True, True]
