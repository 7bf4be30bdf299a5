"""Gets the customers of a shard. A run has read them. A catch-up takes them from the day's newest publication."""

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from domain.shard_tasks import ShardTask
from domain.shards import InvalidShardError
from lambdas.enricher.gather_customers import gather_customers
from lambdas.runtime.stored_parts import fetch_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def shard_customers(
    task: ShardTask, duck: duckdb.DuckDBPyConnection, s3: "S3Client", bucket: str, scratch: Path
) -> Path:
    """Returns a Parquet file of the shard's customers.

    A catch-up takes the customers of the publication. So late readings give the same objects as readings on time.
    Raises `InvalidShardError`, `ObjectMissingError`, `PartChangedError`, `CustomerPartError`, and S3's own errors.
    """
    if not task.catch_up:
        return gather_customers(task, duck, s3, bucket, scratch)
    if task.former is None:
        raise InvalidShardError(f"shard {task.shard.number} of a catch-up has no customers of the publication before")
    return fetch_part(s3, bucket, task.former.customers, scratch / "customers.parquet")
