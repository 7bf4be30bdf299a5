"""Reads and writes a day's objects in a bucket. Each shard has one Parquet part."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.object_keys import day_prefix, is_part_key, object_uri

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client


class ObjectMissingError(Exception):
    """An object that an earlier step writes is missing. The text names it."""


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
    save(body, path)
    return path


def save(body: "StreamingBody", path: Path) -> None:
    """Writes the body of an answer to a file, a piece at a time."""
    with path.open("wb") as file:
        for chunk in body.iter_chunks(_CHUNK):
            file.write(chunk)


def part_keys(s3: "S3Client", bucket: str, day: date) -> list[str]:
    """Returns the keys of the day's parts, in order."""
    return [key for key in keys(s3, bucket, day_prefix(day)) if is_part_key(key)]


def keys(s3: "S3Client", bucket: str, prefix: str) -> list[str]:
    """Returns the keys that begin with `prefix`, in order."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sorted(entry["Key"] for page in pages for entry in page.get("Contents", []))


_CHUNK = 1 << 18
