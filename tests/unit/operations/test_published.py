"""The operator's command: lists, verifies and fetches publications, and names what is wrong."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from operations.published import Archive, PublishedError, show_published
from tests.unit.lambdas.examples import an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RunWorld


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    """A day of 2 shards with 2 publications."""
    made = RunWorld(tmp_path, an_item(1), an_item(2), shards=2)
    made.rows = [row for number in (1, 2) for row in readings(number, DAY)]
    made.run()
    last = made.rows[-1]
    made.rows[-1] = (*last[:3], "1.000000", *last[4:-1], last[-1] + timedelta(days=1))
    made.run(OTHER_RUN)
    return made


def show(world: RunWorld, number: int = 0, to: Path | None = None) -> tuple[int, list[str]]:
    told: list[str] = []
    return show_published(archive_of(world), DAY.date, number, to, told.append), told


def archive_of(world: RunWorld) -> Archive:
    return Archive(cast("Any", world.s3), "exported", "enriched")


def test_all_publications_are_listed_and_the_newest_is_verified(world: RunWorld) -> None:
    code, told = show(world)
    assert code == 0
    assert [line[:13] for line in told if line.startswith("publication")] == [
        "publication 1",
        "publication 2",
        "publication 2",
    ]
    assert "  against 1: 1 of 2 shards, 1 metering point, 1 interval, 58.287704 -> 58.980923 kWh" in told
    assert told[-1] == "publication 2: 10 of 10 parts verified by version and SHA-256"


def test_an_earlier_one_is_fetched_byte_for_byte(world: RunWorld, tmp_path: Path) -> None:
    first = world.s3.versions["exported", "readings/date=2026-03-29/part-00001.parquet"][0]
    code, _ = show(world, 1, tmp_path / "kept")
    assert code == 0
    kept = tmp_path / "kept" / "exported" / "readings" / "date=2026-03-29" / "part-00001.parquet"
    assert kept.read_bytes() == first


def test_a_part_whose_bytes_changed_is_named_and_not_kept(world: RunWorld, tmp_path: Path) -> None:
    key = "readings/date=2026-03-29/part-00000.parquet"
    world.s3.versions["enriched", key][0] = b"tampered with"
    code, told = show(world, 2, tmp_path / "kept")
    assert code == 1
    (wrong,) = [line for line in told if "WRONG" in line]
    assert wrong.startswith(f"  WRONG s3://enriched/{key}, version v1: the bytes have the SHA-256 ")
    assert not (tmp_path / "kept" / "enriched" / key).exists()
    assert list((tmp_path / "kept").rglob("*.unverified")) == []


def test_what_is_not_there_is_said(world: RunWorld) -> None:
    with pytest.raises(PublishedError, match="2026-03-29 has no publication 3: it has 1, 2"):
        show(world, 3)
    next_day = DAY.date + timedelta(days=1)
    with pytest.raises(PublishedError, match="2026-03-30 has no publication"):
        show_published(archive_of(world), next_day, 0, None, print)
