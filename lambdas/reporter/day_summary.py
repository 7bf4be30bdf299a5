"""Makes the summary of a publication: the merged numbers of its shards, the alarms, and what changed.

A summary is JSON (docs/pipeline.md has the fields). It holds no customer's name. Its size does not depend on the number
of customers.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.days import LocalDay, format_instant
from domain.digest import Tally
from domain.object_keys import numbers_key, read_summary_key, summaries_prefix, summary_key
from domain.publications import Publication, PublishedShard
from domain.summaries import Numbers, content_of
from lambdas.runtime.day_objects import ObjectMissingError, keys
from lambdas.runtime.json_objects import get_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FORMAT = 1
"""The version of the form of a summary."""

READERS = 16

AT_ONCE = 64
"""The number of shards whose numbers are in memory."""

WEEK = timedelta(days=7)


def day_summary(
    s3: "S3Client", bucket: str, publication: Publication, *, zone: ZoneInfo, tally: Tally, opened: dict[str, Any]
) -> dict[str, Any]:
    """Returns the summary of a publication. `opened` are the counts of the open alarms.

    A shard that a version of the system without summaries published has no numbers. The summary counts these shards.
    Raises `InvalidSummaryError`, and S3's own errors.
    """
    numbers, without, day = Numbers(), 0, publication.date
    for each in _numbers(s3, bucket, publication):
        if each is None:
            without += 1
        else:
            numbers.merge(each)
    return {
        "format": FORMAT,
        "date": day.isoformat(),
        "time_zone": zone.key,
        "day_start": format_instant(LocalDay(day, zone).start),
        "number": publication.number,
        "run": publication.run,
        "code": publication.code,
        "rules": publication.rules,
        "as_known_at": format_instant(publication.as_known_at),
        "published_at": format_instant(publication.published_at),
        "shards": len(publication.shards),
        "shards_without_numbers": without,
        "customers": sum(shard.customers.rows for shard in publication.shards),
        "rows_without_customer": sum(shard.rows_without_customer for shard in publication.shards),
        **numbers.as_json(),
        "alarms": {"open": opened, "changes": tally.by_code(), "worst": tally.worst},
        "change": asdict(publication.change) if publication.change else None,
        "before": _before(s3, bucket, publication),
        "week_before": _week_before(s3, bucket, day - WEEK),
    }


def read_summary(s3: "S3Client", bucket: str, day: date, number: int) -> dict[str, Any] | None:
    """Returns the summary of a publication, or None where there is none."""
    try:
        found: dict[str, Any] = get_json(s3, bucket, summary_key(day, number))
    except ObjectMissingError:
        return None
    return found


def newest_summary(s3: "S3Client", bucket: str, day: date) -> dict[str, Any] | None:
    """Returns the newest summary of a day, or None where there is none."""
    numbers = [found[1] for key in keys(s3, bucket, summaries_prefix(day)) if (found := read_summary_key(key))]
    return read_summary(s3, bucket, day, numbers[-1]) if numbers else None


def _numbers(s3: "S3Client", bucket: str, publication: Publication) -> Iterator[Numbers | None]:
    def read(shard: PublishedShard) -> Numbers | None:
        try:
            return Numbers.of_json(get_json(s3, bucket, numbers_key(publication.date, shard.number, content_of(shard))))
        except ObjectMissingError:
            return None

    with ThreadPoolExecutor(READERS) as pool:
        # In batches, because a pool reads ahead as fast as it can: memory would hold the numbers of all shards.
        for batch in batched(publication.shards, AT_ONCE, strict=False):
            yield from pool.map(read, batch)


def _before(s3: "S3Client", bucket: str, publication: Publication) -> dict[str, Any] | None:
    """Returns what the summary of the publication before says, as far as a reader compares it."""
    change = publication.change
    former = read_summary(s3, bucket, publication.date, change.against) if change else None
    return {name: former[name] for name in ("number", "total", "findings", "with_alarm")} if former else None


def _week_before(s3: "S3Client", bucket: str, day: date) -> dict[str, Any] | None:
    """Returns the energy of the same weekday of the week before, to compare with."""
    former = newest_summary(s3, bucket, day)
    if former is None:
        return None
    hours = [hour["validated_kwh"] for hour in former["hours"]]
    return {"date": former["date"], "number": former["number"], "validated_kwh": hours}
