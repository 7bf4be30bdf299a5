"""Reads and writes a day's objects in a bucket. Each shard has one Parquet part."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.object_keys import PARQUET, day_prefix, is_part_key, object_uri, part_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ObjectMissingError(Exception):
    """An object that an earlier step writes is missing. The text names it."""


def put_part(s3: "S3Client", bucket: str, day: date, number: int, path: Path) -> str:
    """Stores `path` as the day's part with this number. Returns the object's ETag.

    One request (up to 5 GB) replaces a former part as a whole. Its answer has the ETag of the stored bytes.
    """
    return put_file(s3, bucket, part_key(day, number), path, PARQUET)


def put_file(s3: "S3Client", bucket: str, key: str, path: Path, content_type: str) -> str:
    """Stores a file in one request. Returns the object's ETag."""
    with path.open("rb") as file:
        return s3.put_object(Bucket=bucket, Key=key, Body=file, ContentType=content_type)["ETag"]


def download(s3: "S3Client", bucket: str, key: str, path: Path) -> Path:
    """Downloads an object to `path`. Raises `ObjectMissingError`."""
    try:
        body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    except s3.exceptions.NoSuchKey:
        raise ObjectMissingError(object_uri(bucket, key)) from None
    with path.open("wb") as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)
    return path


def part_etags(s3: "S3Client", bucket: str, day: date) -> dict[str, str]:
    """Returns the ETag of each part of the day, by the part's key, in order."""
    found = {key: etag for key, etag in _objects(s3, bucket, day_prefix(day)) if is_part_key(key)}
    return dict(sorted(found.items()))


def keys(s3: "S3Client", bucket: str, prefix: str) -> list[str]:
    """Returns the keys that begin with `prefix`, in order."""
    return sorted(key for key, _ in _objects(s3, bucket, prefix))


_CHUNK = 1 << 18


def _objects(s3: "S3Client", bucket: str, prefix: str) -> Iterator[tuple[str, str]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"], entry["ETag"]
