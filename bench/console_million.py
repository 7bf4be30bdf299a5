"""Publishes the records and summaries of days with a million metering points, for the console's overview.

The overview reads no parts. So each shard has the numbers that a run writes for it, and no rows. The reporter's own
code merges the numbers.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench.console_data import BUCKET, LAST_DAY
from bench.pipeline_data import PER_DAY, ZONE, number_at
from bench.programs.directory_s3 import DirectoryS3
from domain.days import LocalDay
from domain.digest import Tally
from domain.object_keys import numbers_key, part_key, publication_key, summary_key
from domain.publications import Part, Publication, PublishedShard, write_publication
from domain.summaries import Group, Numbers, content_of
from lambdas.reporter.day_summary import day_summary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PER_SHARD = 7_000
"""The metering points of a shard at this size (bench/RESULTS.md, the plan)."""

COUNTIES, HOURS = 21, 24
_INCOMPLETE = 70


def publish_summaries(folder: Path, points: int, days: int) -> list[date]:
    """Writes records and summaries of so many days that end with `LAST_DAY`. Returns the days in order."""
    published = [LAST_DAY - timedelta(days=back) for back in reversed(range(days))]
    s3 = cast("S3Client", DirectoryS3(folder))
    for day in published:
        publication = _publication(day, points)
        for shard in publication.shards:
            _write(folder, numbers_key(day, shard.number, content_of(shard)), json.dumps(_numbers(shard).as_json()))
        _write(folder, publication_key(day, 1), write_publication(publication))
        summary = day_summary(s3, BUCKET, publication, zone=ZONE, tally=Tally(), opened={})
        _write(folder, summary_key(day, 1), json.dumps(summary))
    return published


def _publication(day: date, points: int) -> Publication:
    known = LocalDay(day, ZONE).end + timedelta(hours=3)
    edges = [*range(0, points, PER_SHARD), points]
    return Publication(
        date=day,
        number=1,
        run=f"arn:aws:states:eu-central-1:000000000000:execution:bench:{day}",
        code="bench",
        rules="bench",
        as_known_at=known,
        published_at=known + timedelta(minutes=2),
        least_shards=2,
        boundaries=tuple(number_at(edge) for edge in edges[1:-1]),
        shards=tuple(_shard(day, index, edges[index + 1] - edges[index]) for index in range(len(edges) - 1)),
    )


def _shard(day: date, number: int, points: int) -> PublishedShard:
    readings = Part(part_key(day, number), "1", f"{number:064x}", points * PER_DAY, points, "1.000000", "bench")
    rows = Part(part_key(day, number), "1", f"{number:064x}", points, points, "0.000000", "bench")
    return PublishedShard(number, readings, readings, rows, rows, rows, rows_without_customer=0)


def _numbers(shard: PublishedShard) -> Numbers:
    points = shard.customers.rows
    incomplete = points // _INCOMPLETE
    hour = Group(0, 0, points * 4, points * 4, points * 4, Decimal(points), Decimal(points))
    worst = [
        {"number": number_at(shard.number * PER_SHARD + index), "expected": PER_DAY, "received": 0, "alarms": 1}
        for index in range(incomplete)
    ]
    return Numbers(
        _group(points, incomplete),
        [hour] * HOURS,
        {kind: _group(points // 5, incomplete // 5) for kind in ("HH", "HHP", "I", "C", "P")},
        {f"County {index}": _group(points // COUNTIES, incomplete // COUNTIES) for index in range(COUNTIES)},
        {"MCD": {"alarm": incomplete}},
        incomplete,
        {},
        worst,
    )


def _group(points: int, incomplete: int) -> Group:
    due = points * PER_DAY
    there = due - incomplete * PER_DAY
    return Group(points, points - incomplete, due, there, there, Decimal(there), Decimal(due))


def _write(folder: Path, key: str, text: str) -> None:
    path = folder / BUCKET / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
