"""Publishes the records and summaries of days with a million metering points, for the console's overview.

The overview reads no parts. So each shard has the numbers that a run writes for it, and no rows. The reporter's own
code merges the numbers.
"""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bench.console_data import BUCKET, last_days, publication, write_object
from bench.pipeline_data import PER_DAY, ZONE, number_at
from bench.programs.directory_s3 import DirectoryS3
from domain.digest import Tally
from domain.object_keys import numbers_key, part_key, publication_key, summary_key
from domain.publications import Part, PublishedShard, write_publication
from domain.summaries import Group, Numbers, content_of
from lambdas.planner.shard_plan import CUSTOMERS_OF_SHARD
from lambdas.reporter.day_summary import day_summary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COUNTIES, HOURS = 21, 24
_INCOMPLETE = 70


def publish_summaries(folder: Path, points: int, days: int) -> list[date]:
    """Writes records and summaries of so many days that end with `LAST_DAY`. Returns the days in order."""
    published = last_days(days)
    edges = [*range(0, points, CUSTOMERS_OF_SHARD), points]
    s3 = cast("S3Client", DirectoryS3(folder))
    for day in published:
        shards = [_shard(day, number, last - first) for number, (first, last) in enumerate(pairwise(edges))]
        for shard in shards:
            numbers = json.dumps(_numbers(shard).as_json())
            write_object(folder, numbers_key(day, shard.number, content_of(shard)), numbers)
        record = publication(day, edges, shards)
        write_object(folder, publication_key(day, 1), write_publication(record))
        summary = day_summary(s3, BUCKET, record, zone=ZONE, tally=Tally(), opened={})
        write_object(folder, summary_key(day, 1), json.dumps(summary))
    return published


def _shard(day: date, number: int, points: int) -> PublishedShard:
    readings = Part(part_key(day, number), "1", f"{number:064x}", points * PER_DAY, points, "1.000000", "bench")
    rows = Part(part_key(day, number), "1", f"{number:064x}", points, points, "0.000000", "bench")
    return PublishedShard(number, readings, readings, rows, rows, rows, rows_without_customer=0)


def _numbers(shard: PublishedShard) -> Numbers:
    points = shard.customers.rows
    incomplete = points // _INCOMPLETE
    hour = Group(0, 0, points * 4, points * 4, points * 4, Decimal(points), Decimal(points))
    worst = [
        {
            "number": number_at(shard.number * CUSTOMERS_OF_SHARD + index),
            "expected": PER_DAY,
            "received": 0,
            "alarms": 1,
        }
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
