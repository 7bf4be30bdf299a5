"""Fetches what the judgement of a shard needs of earlier days: their summaries in the shard's range of numbers."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.publications import Part
from domain.shard_tasks import ShardTask
from lambdas.alerting.like_days import history_dates
from lambdas.runtime.earlier_days import EarlierDay, read_earlier_days
from lambdas.runtime.stored_parts import fetch_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_AT_ONCE = 8


@dataclass(frozen=True)
class HistoryDay:
    """An earlier day, and the files with the summaries of its metering points. A file may have other numbers too."""

    date: date
    files: Sequence[Path]


@dataclass(frozen=True)
class History:
    """The earlier days, the earliest first, and the number of each day's publication."""

    days: Sequence[HistoryDay]
    publications: Mapping[str, int]


def fetch_history(task: ShardTask, s3: "S3Client", bucket: str, folder: Path) -> History:
    """Downloads the parts of the days that the judgement needs, each by its version, into a new folder.

    A day without a publication is not in it. Raises `ObjectMissingError`, `EarlierDaysError`, `PartChangedError`, and
    S3's own errors.
    """
    folder.mkdir()
    earlier = read_earlier_days(s3, bucket, task.date, task.run, task.shard.number)
    wanted = set(history_dates(task.day))
    needed = sorted((each for each in earlier if each.date in wanted), key=lambda each: each.date)
    files = [(each, list(_files(each, folder))) for each in needed]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda pair: fetch_part(s3, bucket, *pair), [pair for _, pairs in files for pair in pairs]):
            pass
    days = [HistoryDay(each.date, [path for _, path in pairs]) for each, pairs in files]
    return History(days, {each.date.isoformat(): each.number for each in needed})


def _files(day: EarlierDay, folder: Path) -> Iterator[tuple[Part, Path]]:
    for number, part in enumerate(day.parts):
        yield part, folder / f"{day.date}-{number:05}.parquet"
