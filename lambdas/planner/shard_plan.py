"""The boundaries between a day's shards: decided once for each day, so that running it again gives the same parts."""

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from lambdas.shared.object_keys import object_uri, plan_key
from lambdas.shared.shards import Shard, shards_between

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ShardPlanError(Exception):
    """The object is no plan as it is written here."""


def planned_shards(
    s3: "S3Client", bucket: str, day: date, count: int, new_boundaries: Callable[[], list[int]]
) -> list[Shard]:
    """The day's `count` shards: of its plan, or where it has none for that many, of new boundaries, kept from now on.

    Raises `ShardPlanError`.
    """
    boundaries = _kept(s3, bucket, day)
    if boundaries is None or len(boundaries) != count - 1:
        boundaries = new_boundaries()
        _keep(s3, bucket, day, boundaries)
    return shards_between(boundaries)


def _kept(s3: "S3Client", bucket: str, day: date) -> list[int] | None:
    key = plan_key(day)
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    try:
        return [int(number) for number in json.loads(content)["boundaries"]]
    except (KeyError, TypeError, ValueError) as error:
        raise ShardPlanError(f"{object_uri(bucket, key)}: {error!r}") from error


def _keep(s3: "S3Client", bucket: str, day: date, boundaries: list[int]) -> None:
    content = json.dumps({"boundaries": [str(number) for number in boundaries]})
    s3.put_object(Bucket=bucket, Key=plan_key(day), Body=content.encode(), ContentType="application/json")
