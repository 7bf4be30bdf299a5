"""Prepares the parts that fill a restored database: the exported objects of the newest publications, as CSV.

`service.restore.fill` describes the folder. Each object is read by the S3 version and the SHA-256 of its publication.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from domain.days import LocalDay, format_instant, local_date
from domain.object_keys import RESTORES
from domain.publications import Publication
from domain.readings import EXPORTED_COLUMNS
from lambdas.runtime.duck import literal, open_duckdb, parquet
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import fetch_part

MEMORY_MIB = 2048


@dataclass(frozen=True)
class Restore:
    """A restore's folder in the exported bucket. Its objects expire after some days."""

    s3: Any
    bucket: str
    name: str

    @property
    def prefix(self) -> str:
        """Returns the prefix of the folder's keys."""
        return f"{RESTORES}{self.name}/"

    @property
    def uri(self) -> str:
        """Returns the folder's address, as the tasks take it."""
        return f"s3://{self.bucket}/{self.prefix}"

    def read_json(self, name: str) -> Any:
        """Returns the content of a JSON object of the folder."""
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read())

    def fetch(self, name: str, path: Path) -> Path:
        """Downloads an object of the folder."""
        self.s3.download_file(self.bucket, self.prefix + name, str(path))
        return path


def prepare(
    restore: Restore, outputs: Mapping[str, Any], now: datetime, *, known_after: datetime | None
) -> dict[date, int]:
    """Uploads the parts and the manifest. Returns the number of each day's publication.

    It takes the days that the database keeps at `now`, if the newest publication is as known after `known_after`. None
    takes every day. Raises `ObjectMissingError` and `PartChangedError` for an object that is not as published.
    """
    zone = ZoneInfo(outputs["time_zone"])
    oldest = local_date(now, zone) - timedelta(days=outputs["readings_retention_days"])
    numbers: dict[date, int] = {}
    parts: list[dict[str, str]] = []
    with TemporaryDirectory(prefix="restore-") as folder:
        for publication in _newest(Publications(restore.s3, outputs["enriched_bucket"]), oldest):
            if known_after is None or publication.as_known_at > known_after:
                numbers[publication.date] = publication.number
                parts += _upload(restore, publication, zone, Path(folder))
    body = json.dumps({"parts": parts}, indent=1).encode()
    restore.s3.put_object(Bucket=restore.bucket, Key=f"{restore.prefix}manifest.json", Body=body)
    return numbers


def _newest(publications: Publications, oldest: date) -> Iterator[Publication]:
    for day, number in publications.days().items():
        if day >= oldest:
            yield publications.read(day, number)


def _upload(restore: Restore, publication: Publication, zone: ZoneInfo, folder: Path) -> Iterator[dict[str, str]]:
    day = LocalDay(publication.date, zone)
    for shard, its in zip(publication.ranges(), publication.shards, strict=True):
        source, packed = folder / "part.parquet", folder / "part.csv.gz"
        fetch_part(restore.s3, restore.bucket, its.exported, source)
        _write_csv(source, packed, folder)
        name = f"date={publication.date}/part-{shard.number:05}.csv.gz"
        restore.s3.upload_file(str(packed), restore.bucket, restore.prefix + name)
        yield {
            "name": name,
            "date": str(publication.date),
            "start": format_instant(day.start),
            "end": format_instant(day.end),
            "first": shard.first,
            "beyond": shard.end,
            "as_known_at": format_instant(publication.as_known_at),
        }


def _write_csv(source: Path, packed: Path, folder: Path) -> None:
    columns = ", ".join(EXPORTED_COLUMNS)
    options = "FORMAT csv, HEADER false, NULLSTR '\\N', COMPRESSION gzip"
    with open_duckdb(folder, MEMORY_MIB) as duck:
        duck.execute("SET TimeZone = 'UTC'")
        duck.execute(f"COPY (SELECT {columns} FROM {parquet(source)}) TO {literal(str(packed))} ({options})")  # noqa: S608
