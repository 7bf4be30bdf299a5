"""Decides the boundaries between a day's shards once for each day. So a second run of the day writes the same parts."""

import json
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from domain.metering_points import parse_metering_point
from domain.object_keys import object_uri, plan_key
from domain.shards import InvalidShardError, Shard, shards_between

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CUSTOMERS_OF_SHARD = 7_000
"""The customers of a shard: about 670,000 readings. A step holds its shard's customers in memory.

The boundaries come from samples (`domain.customer_samples`). So some shards have a few hundred customers more.
"""


class ShardPlanError(Exception):
    """The object does not have the form of a plan."""


def planned_shards(
    s3: "S3Client", bucket: str, day: date, least: int, new_boundaries: Callable[[], list[str]]
) -> list[Shard]:
    """Returns the day's shards.

    The stored plan decides, if it was made for the same `least`. Without such a plan, the new boundaries decide, and
    they are stored. Raises `ShardPlanError`.
    """
    boundaries = _kept(s3, bucket, day, least)
    if boundaries is None:
        boundaries = new_boundaries()
        _keep(s3, bucket, day, least, boundaries)
    try:
        return shards_between(boundaries)
    except InvalidShardError as error:
        raise ShardPlanError(f"{object_uri(bucket, plan_key(day))}: {error}") from error


def shard_count(customers: int, least: int) -> int:
    """Returns the number of shards for so many customers."""
    return max(least, -(-customers // CUSTOMERS_OF_SHARD))


def _kept(s3: "S3Client", bucket: str, day: date, least: int) -> list[str] | None:
    key = plan_key(day)
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    try:
        plan = json.loads(content)
        return list(map(parse_metering_point, plan["boundaries"])) if plan["least"] == least else None
    except (KeyError, TypeError, ValueError) as error:
        raise ShardPlanError(f"{object_uri(bucket, key)}: {error!r}") from error


def _keep(s3: "S3Client", bucket: str, day: date, least: int, boundaries: list[str]) -> None:
    content = json.dumps({"least": least, "boundaries": boundaries})
    s3.put_object(Bucket=bucket, Key=plan_key(day), Body=content.encode(), ContentType="application/json")
