"""Verifies that the parts of a day are what its publication will say, and deletes all others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.object_keys import alarm_rows_prefix, customers_prefix, days_prefix, findings_prefix
from domain.publications import EXPORTED
from lambdas.publisher.run_results import READERS, RunResults
from lambdas.runtime.day_objects import keys, part_keys
from lambdas.runtime.stored_parts import newest_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def seal_parts(s3: "S3Client", exported_bucket: str, enriched_bucket: str, results: RunResults) -> RunResults:
    """Verifies each part by its hash. Then deletes parts that an earlier run with more shards left.

    The results that it returns name the newest version of each part. So no part of a publication is noncurrent when
    the publication is made, and S3's lifecycle deletes none before the record.

    The new parts are all there before anything is deleted. So a failure in between leaves too many parts, never too
    few. A deleted part keeps its versions, so the publications that name it stay whole. Raises `PartChangedError`.
    """
    day = results.date
    parts = [
        (exported_bucket if kind == EXPORTED else enriched_bucket, part)
        for shard in results.shards
        for kind, part in shard.parts().items()
    ]
    with ThreadPoolExecutor(READERS) as pool:
        newest = pool.map(lambda each: newest_of(s3, *each), parts)
        shards = [shard.with_parts({kind: next(newest) for kind in shard.parts()}) for shard in results.shards]
    present = {(bucket, key) for bucket in (exported_bucket, enriched_bucket) for key in part_keys(s3, bucket, day)}
    for prefix in (customers_prefix(day), findings_prefix(day), days_prefix(day)):
        present |= {(enriched_bucket, key) for key in keys(s3, enriched_bucket, prefix)}
    if results.is_divided_anew:  # the rows are by shard, and the shards of this run write them again
        present |= {(enriched_bucket, key) for key in keys(s3, enriched_bucket, alarm_rows_prefix(day))}
    for bucket, key in present - {(bucket, part.key) for bucket, part in parts}:
        s3.delete_object(Bucket=bucket, Key=key)
    return replace(results, shards=shards)
