"""Decides the boundaries between a day's shards once for each day. So a second run of the day writes the same parts."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from domain.shards import Shard
from lambdas.runtime.day_plan import DayPlan, keep_plan, read_plan

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CUSTOMERS_OF_SHARD = 7_000
"""The customers of a shard: about 670,000 readings. A step holds its shard's customers in memory.

The boundaries come from samples (`domain.customer_samples`). So some shards have a few hundred customers more.
"""


def planned_shards(
    s3: "S3Client", bucket: str, day: date, least: int, new_boundaries: Callable[[], list[str]]
) -> list[Shard]:
    """Returns the day's shards.

    The stored plan decides, if it was made for the same `least`. Without such a plan, the new boundaries decide, and
    they are stored. Raises `ShardPlanError`.
    """
    plan = read_plan(s3, bucket, day)
    if plan is None or plan.least != least:
        plan = DayPlan(least, tuple(new_boundaries()))
        keep_plan(s3, bucket, day, plan)
    return plan.shards()


def shard_count(customers: int, least: int) -> int:
    """Returns the number of shards for so many customers."""
    return max(least, -(-customers // CUSTOMERS_OF_SHARD))
