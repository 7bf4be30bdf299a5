"""The day's parts: that they are this run's, and no others."""

from typing import TYPE_CHECKING

from domain.object_keys import object_uri
from lambdas.publisher.run_results import RunResults
from lambdas.runtime.day_objects import part_etags

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class PartsChangedError(Exception):
    """A part is not what this run wrote; names it. A leftover of another run wrote it meanwhile."""


def settle_parts(s3: "S3Client", bucket: str, results: RunResults, step: str) -> None:
    """Delete the parts that an earlier run with more shards left. Raises `PartsChangedError`.

    After the new ones are there: a failure in between leaves too much, never too little.
    """
    present, written = part_etags(s3, bucket, results.date), results.etags(step)
    for key, etag in written.items():
        if present.get(key) != etag:
            raise PartsChangedError(object_uri(bucket, key))
    for key in present.keys() - written.keys():
        s3.delete_object(Bucket=bucket, Key=key)
