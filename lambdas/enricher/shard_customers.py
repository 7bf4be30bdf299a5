"""Gets the customers of a shard. A run has read them. A catch-up takes them from the day's newest publication."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from domain.object_keys import object_uri, publications_prefix
from domain.shard_tasks import ShardTask
from lambdas.enricher.gather_customers import gather_customers
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import fetch_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def shard_customers(
    task: ShardTask, duck: duckdb.DuckDBPyConnection, s3: "S3Client", bucket: str, scratch: Path
) -> Path:
    """Returns a Parquet file of the shard's customers.

    A catch-up takes the customers of the publication. So late readings give the same objects as readings on time.
    Raises `ObjectMissingError`, `PartChangedError`, `CustomerPartError`, and S3's own errors.
    """
    if not task.catch_up:
        return gather_customers(task, duck, s3, bucket, scratch)
    publication = Publications(s3, bucket).newest(task.date)
    if publication is None:
        raise ObjectMissingError(object_uri(bucket, publications_prefix(task.date)))
    return fetch_part(s3, bucket, publication.shards[task.shard.number].customers, scratch / "customers.parquet")
