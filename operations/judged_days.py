"""Judges published days again, out of the objects of their publications alone.

`PublishedDays` fetches the records, and the parts by version and hash. `JudgedDays` judges a shard of a publication
with the code of the alerting step, against the publications of earlier days that its record names.

A replay of several days goes on: where an earlier day is one of the replayed days, its findings by the same parameters
decide whether it is a like day. So the replay judges the publication of that day which the record names.
"""

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from domain.days import LocalDay
from domain.findings import DEFAULTS, Parameters
from domain.publications import Part, Publication, PublishedShard
from domain.shards import Shard
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.judge_shard import JudgedFiles, judge_shard
from lambdas.alerting.reported_days import ShardDay
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.earlier_days import overlapping
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import fetch_part

MEMORY_MIB = 4096
"""Half of it is DuckDB's limit for its buffers. Larger tables go to the disk."""

_AT_ONCE = 8
"""So many parts are fetched at the same time."""

_RECORDS = 40
"""So many records are kept: those of the 28 days before a day, and more. A record of 1,429 shards takes 8 MB."""


class PublishedDays:
    """The publications of a system, with their parts in a local folder. Each object is read once."""

    def __init__(self, s3: Any, bucket: str, zone: ZoneInfo, folder: Path, duck: duckdb.DuckDBPyConnection) -> None:
        """`bucket` is the enriched bucket."""
        self.zone, self.folder, self.duck = zone, folder, duck
        self._s3, self._bucket = s3, bucket
        self._publications = Publications(s3, bucket)
        self._read = lru_cache(_RECORDS)(self._read_record)

    @classmethod
    @contextmanager
    def opened(cls, s3: Any, bucket: str, zone: str) -> "Iterator[PublishedDays]":
        """Yields the publications with a temporary folder, which is deleted at the end."""
        with TemporaryDirectory(prefix="judged-days-") as text, open_duckdb(Path(text), MEMORY_MIB) as duck:
            yield cls(s3, bucket, ZoneInfo(zone), Path(text), duck)

    def numbers(self, day: date) -> list[int]:
        """Returns the numbers of a day's publications, in order."""
        return self._publications.numbers(day)

    def publication(self, day: date, number: int) -> Publication:
        """Reads a publication. Raises `ObjectMissingError` and `InvalidPublicationError`."""
        return self._read(day, number)[0]

    def ranges(self, publication: Publication) -> list[Shard]:
        """Returns the ranges of a publication's shards."""
        return self._read(publication.date, publication.number)[1]

    def files(self, parts: Iterable[Part]) -> list[Path]:
        """Fetches parts of the enriched bucket. Returns their files, in order.

        Raises `ObjectMissingError`, `PartChangedError`, and S3's own errors.
        """
        wanted = list(parts)
        missing = {self._path(part): part for part in wanted if not self._path(part).exists()}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._fetch, missing.values()):
                pass
        return list(map(self._path, wanted))

    def file(self, part: Part) -> Path:
        """Fetches one part. Raises the same errors."""
        return self.files([part])[0]

    def forget(self, part: Part) -> None:
        """Deletes the file of a part, because it is large. If it is asked for again, it is fetched again."""
        self._path(part).unlink(missing_ok=True)

    def _read_record(self, day: date, number: int) -> tuple[Publication, list[Shard]]:
        publication = self._publications.read(day, number)
        return publication, publication.ranges()

    def _path(self, part: Part) -> Path:
        # The parts of two days may have the same bytes. The judgement knows a day of its history by the file's name.
        return self.folder / f"{part.key.replace('/', '_')}.{part.sha256}.parquet"

    def _fetch(self, part: Part) -> None:
        path = self._path(part)
        fetch_part(self._s3, self._bucket, part, path.with_suffix(".fetched")).rename(path)


class JudgedDays:
    """Judges the shards of publications with these parameters. Each is judged once."""

    def __init__(
        self, published: PublishedDays, parameters: Parameters = DEFAULTS, replayed: Collection[date] = ()
    ) -> None:
        """The days `replayed` are judged again where they are earlier days of another one."""
        self.published = published
        self._parameters, self._replayed = parameters, replayed
        self._folder = Path(mkdtemp(prefix="judged-", dir=published.folder))

    def judged(self, publication: Publication, shard: PublishedShard) -> JudgedFiles:
        """Judges a shard. Returns the files with its findings and its summary of the day.

        Raises `ObjectMissingError`, `PartChangedError`, `InvalidPublicationError`, and S3's own errors.
        """
        folder = self._folder / f"{publication.date}-{publication.number}-{shard.number}"
        files = JudgedFiles.below(folder)
        if not folder.exists():
            history = list(self._history(publication, shard))
            enriched, customers = self.published.files([shard.enriched, shard.customers])
            day = LocalDay(publication.date, self.published.zone)
            folder.mkdir()
            judge_shard(self.published.duck, ShardDay(enriched, customers, day, history, self._parameters), files)
            self.published.forget(shard.enriched)
        return files

    def _history(self, publication: Publication, shard: PublishedShard) -> Iterator[HistoryDay]:
        """Yields the earlier days as the run had them, the earliest first."""
        mine = self.published.ranges(publication)[shard.number]
        for day, number in sorted(shard.judged_against.items()):
            earlier = self._earlier(publication, date.fromisoformat(day), number)
            shards = list(overlapping(earlier, mine))
            if earlier.date in self._replayed:
                yield HistoryDay(earlier.date, [self.judged(earlier, each).days for each in shards])
            else:
                yield HistoryDay(earlier.date, self.published.files(each.days for each in shards))

    def _earlier(self, publication: Publication, day: date, number: int) -> Publication:
        try:
            return self.published.publication(day, number)
        except ObjectMissingError as error:
            judged = f"publication {publication.number} of {publication.date}"
            raise ObjectMissingError(f"{judged} was judged against publication {number} of {day}: {error}") from error
