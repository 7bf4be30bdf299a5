"""Writes the record that a run has completed a day. A run writes it last."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.days import format_instant
from domain.object_keys import completed_key
from lambdas.publisher.run_results import RunResults
from lambdas.runtime.day_lock import DayLock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def record_completion(
    s3: "S3Client", bucket: str, results: RunResults, published: dict[str, Any], now: datetime
) -> None:
    """Writes `{"run", "completed_at"}` and the counts of the run. Raises `RunSupersededError`.

    For the planner of a later run, a day with this record is complete (`lambdas.planner.missed_days`). The record has
    the alarm types of this run, so a later new type does not make the day incomplete.
    """
    DayLock(s3, bucket).require(results.date, results.run)
    record = {"run": results.run, "completed_at": format_instant(now), **published}
    s3.put_object(
        Bucket=bucket,
        Key=completed_key(results.date),
        Body=json.dumps(record).encode(),
        ContentType="application/json",
    )
