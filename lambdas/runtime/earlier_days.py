"""The earlier days against which a run judges its day: the newest publication of each, and its summaries of the day.

When a run begins, it writes one small object for each shard, with the parts of `days/` that overlap the shard's range.
So each earlier record is read once for a run. A record has a line for each shard. If each shard read it, the time would
grow with the square of their number.

A run keeps to these publications. The record of its own publication names them, so its findings can be made again.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from domain.object_keys import history_key, object_uri
from domain.pipeline_dates import parse_date
from domain.publications import Part, Publication, PublishedShard, as_json, part_of
from domain.shards import Shard
from lambdas.runtime.json_objects import get_json
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAYS_BACK = 28
"""4 of each weekday."""

_RECORDS, _WRITERS = 4, 16
"""The records that are read and the objects that are written at the same time. A record of 1,429 shards takes 8 MB."""


class EarlierDaysError(Exception):
    """An object does not have the form that this module writes. The text names it."""


@dataclass(frozen=True)
class EarlierDay:
    """A published day, the number of its newest publication, and its parts of `days/` in a shard's range."""

    date: date
    number: int
    parts: tuple[Part, ...]

    def as_json(self) -> dict[str, Any]:
        """Returns `{"date", "number", "parts"}`."""
        return {"date": self.date.isoformat(), "number": self.number, "parts": [as_json(part) for part in self.parts]}

    @classmethod
    def from_json(cls, value: Any) -> "EarlierDay":
        """Reads the value that `as_json` returned. Raises `KeyError`, `TypeError` or `ValueError`."""
        return cls(parse_date(value["date"]), int(value["number"]), tuple(map(part_of, value["parts"])))


def write_earlier_days(s3: "S3Client", bucket: str, day: date, run: str, shards: Sequence[Shard]) -> None:
    """Writes the object of each shard: the days before, the latest first. A day without a publication is not in it.

    Raises `InvalidPublicationError`, and S3's own errors.
    """
    if not shards:
        return
    publications = Publications(s3, bucket)

    def in_ranges(before: date) -> list[str] | None:
        """Text takes half the memory of the parts, and no more than one record of each thread is held."""
        publication = publications.newest(before)
        return [json.dumps(_in_range(publication, each).as_json()) for each in shards] if publication else None

    with ThreadPoolExecutor(_RECORDS) as pool:
        before = [day - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
        found = [texts for texts in pool.map(in_ranges, before) if texts is not None]

    def write(index: int) -> None:
        key, body = history_key(day, run, shards[index].number), ", ".join(texts[index] for texts in found)
        s3.put_object(Bucket=bucket, Key=key, Body=f"[{body}]".encode(), ContentType="application/json")

    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(write, range(len(shards))):
            pass


def read_earlier_days(s3: "S3Client", bucket: str, day: date, run: str, shard: int) -> list[EarlierDay]:
    """Reads a shard's object. Raises `ObjectMissingError` and `EarlierDaysError`."""
    key = history_key(day, run, shard)
    try:
        return [EarlierDay.from_json(each) for each in get_json(s3, bucket, key)]
    except (KeyError, TypeError, ValueError) as error:
        raise EarlierDaysError(f"{object_uri(bucket, key)}: {error!r}") from error


def _in_range(publication: Publication, shard: Shard) -> EarlierDay:
    return EarlierDay(
        publication.date, publication.number, tuple(each.days for each in overlapping(publication, shard))
    )


def overlapping(publication: Publication, shard: Shard) -> Iterator[PublishedShard]:
    """Yields the shards whose ranges overlap the shard's range and whose parts of `days/` have rows, in order."""
    first = bisect_right(publication.boundaries, shard.first)
    last = bisect_left(publication.boundaries, shard.end)
    for each in publication.shards[first : last + 1]:
        if each.days.rows:
            yield each
