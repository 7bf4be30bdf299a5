"""A day's Parquet parts in a bucket."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas.shared.object_keys import PARQUET, day_prefix, is_part_key, object_uri, part_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def part_keys(s3: "S3Client", bucket: str, day: date) -> list[str]:
    """The keys of the day's parts, in order; none where the day has not been written."""
    return sorted(key for key in _keys(s3, bucket, day_prefix(day)) if is_part_key(key))


def download_parts(s3: "S3Client", bucket: str, day: date, directory: Path) -> list[Path]:
    """Fetch the day's parts into `directory`; their paths in order."""
    paths = []
    for number, key in enumerate(part_keys(s3, bucket, day)):
        path = directory / f"{bucket}-{number:05}.parquet"
        s3.download_file(Bucket=bucket, Key=key, Filename=str(path))
        paths.append(path)
    return paths


def publish_part(s3: "S3Client", bucket: str, day: date, path: Path) -> str:
    """Make `path` the day's only part and return its URI.

    Parts that a former run left beside it are deleted, after the upload: a failure in between leaves too
    much, never too little, and the next run deletes it.
    """
    key = part_key(day)
    s3.upload_file(Filename=str(path), Bucket=bucket, Key=key, ExtraArgs={"ContentType": PARQUET})
    for stale in part_keys(s3, bucket, day):
        if stale != key:
            s3.delete_object(Bucket=bucket, Key=stale)
    return object_uri(bucket, key)


def _keys(s3: "S3Client", bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"]
