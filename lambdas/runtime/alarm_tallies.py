"""Reads the counts of the alarms that a run has changed. The step that keeps a shard's alarms writes them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.object_keys import alarm_shards_key, tally_key
from lambdas.runtime.json_objects import get_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 16


def tallies(s3: "S3Client", bucket: str, day: date, run: str) -> Iterator[Any]:
    """Yields the counts of each shard whose alarms the run has kept, as JSON values. `domain.digest.Tally` reads them.

    Every function's package has this module, so it does not import the checks by `domain.digest`. Raises
    `ObjectMissingError`.
    """
    keys = [tally_key(day, run, int(task["number"])) for task in get_json(s3, bucket, alarm_shards_key(day, run))]
    with ThreadPoolExecutor(READERS) as pool:
        yield from pool.map(lambda key: get_json(s3, bucket, key), keys)
