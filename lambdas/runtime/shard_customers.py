"""Downloads the customers of a shard: those of the run, or those of the day's newest publication."""

from pathlib import Path
from typing import TYPE_CHECKING

from domain.object_keys import customers_key, object_uri, publications_prefix
from domain.shard_tasks import ShardTask
from lambdas.runtime.day_objects import ObjectMissingError, download
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import fetch_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def shard_customers(s3: "S3Client", bucket: str, task: ShardTask, path: Path) -> Path:
    """Downloads the shard's customers to `path`.

    A catch-up takes the customers of the publication. So late readings give the same objects as readings on time.
    Raises `ObjectMissingError` and `PartChangedError`.
    """
    if not task.catch_up:
        return download(s3, bucket, customers_key(task.date, task.run, task.shard.number), path)
    publication = Publications(s3, bucket).newest(task.date)
    if publication is None:
        raise ObjectMissingError(object_uri(bucket, publications_prefix(task.date)))
    return fetch_part(s3, bucket, publication.shards[task.shard.number].customers, path)
