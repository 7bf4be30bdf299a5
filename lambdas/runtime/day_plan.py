"""Keeps the boundaries between a day's shards. A second run of the day has the same shards."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.metering_points import parse_metering_point
from domain.object_keys import object_uri, plan_key
from domain.shards import Shard, shards_between
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.json_objects import get_json, put_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ShardPlanError(Exception):
    """The object does not have the form of a plan, or there is none."""


@dataclass(frozen=True)
class DayPlan:
    """The boundaries, and the least number of shards (a setting) that they were decided for."""

    least: int
    boundaries: tuple[str, ...]

    def shards(self) -> list[Shard]:
        """Returns the shards between the boundaries. Raises `InvalidShardError`."""
        return shards_between(self.boundaries)


def read_plan(s3: "S3Client", bucket: str, day: date) -> DayPlan | None:
    """Reads the day's plan. Returns None where there is none. Raises `ShardPlanError`."""
    key = plan_key(day)
    try:
        plan = get_json(s3, bucket, key)
        found = DayPlan(int(plan["least"]), tuple(map(parse_metering_point, plan["boundaries"])))
        found.shards()
    except ObjectMissingError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise ShardPlanError(f"{object_uri(bucket, key)}: {error!r}") from error
    return found


def required_plan(s3: "S3Client", bucket: str, day: date) -> DayPlan:
    """Reads the plan that the run's first step has kept. Raises `ShardPlanError`."""
    plan = read_plan(s3, bucket, day)
    if plan is None:
        raise ShardPlanError(f"{object_uri(bucket, plan_key(day))} is not there")
    return plan


def keep_plan(s3: "S3Client", bucket: str, day: date, plan: DayPlan) -> None:
    """Writes the day's plan."""
    put_json(s3, bucket, plan_key(day), {"least": plan.least, "boundaries": plan.boundaries})
