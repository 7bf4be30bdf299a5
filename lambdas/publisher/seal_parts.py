"""Verifies that the parts of a day are the parts of this run, and deletes all others."""

from typing import TYPE_CHECKING

from domain.object_keys import object_uri
from lambdas.publisher.run_results import RunResults
from lambdas.runtime.day_objects import part_etags

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class PartsChangedError(Exception):
    """Another run has written a part meanwhile. The text names the part."""


def seal_parts(s3: "S3Client", bucket: str, results: RunResults, step: str) -> None:
    """Verifies the parts of this run, then deletes parts that an earlier run with more shards left.

    The new parts are all there before anything is deleted. So a failure in between leaves too many parts, never too
    few. Raises `PartsChangedError`.
    """
    present, written = part_etags(s3, bucket, results.date), results.etags(step)
    for key, etag in written.items():
        if present.get(key) != etag:
            raise PartsChangedError(object_uri(bucket, key))
    for key in present.keys() - written.keys():
        s3.delete_object(Bucket=bucket, Key=key)
