"""Begins a run in the database: chooses its instant, and the shards that it processes."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from psycopg2.extensions import connection

from domain.days import LocalDay, format_instant
from domain.object_keys import shards_key
from domain.shard_tasks import shard_items
from lambdas.exporter.changed_shards import changed_shards
from lambdas.exporter.snapshot import take_snapshot
from lambdas.runtime.completed_runs import read_completed
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_plan import DayPlan, required_plan
from lambdas.runtime.earlier_days import write_earlier_days
from lambdas.runtime.json_objects import put_json
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def begin_run(
    day: LocalDay,
    run: str,
    open_database: Callable[[], connection],
    s3: "S3Client",
    bucket: str,
    *,
    only_changed: bool,
) -> dict[str, Any]:
    """Returns `{"as_known_at", "shards"}` with the number of the run's shards, and stores their list for the Map.

    The shards are all, or those with readings that arrived since the day's last run. The instant is chosen once for all
    of them, so the objects are the day as it was known at one moment. So are the earlier days against which the shards
    are judged.
    """
    DayLock(s3, bucket).require(day.date, run)
    plan = required_plan(s3, bucket, day.date)
    with closing(open_database()) as postgres:
        instant = take_snapshot(postgres)
        last = read_completed(s3, bucket, day.date) if only_changed else None
        numbers = _changed(postgres, day, plan, last.as_known_at, instant) if last else None
    chosen = [shard for shard in plan.shards() if numbers is None or shard.number in numbers]
    former = Publications(s3, bucket).newest(day.date)
    write_earlier_days(s3, bucket, day.date, run, chosen)
    put_json(s3, bucket, shards_key(day.date, run), shard_items(chosen, plan.boundaries, former))
    return {"as_known_at": format_instant(instant), "shards": len(chosen)}


def _changed(postgres: connection, day: LocalDay, plan: DayPlan, since: datetime, instant: datetime) -> set[int] | None:
    # The database's clock has stepped back. Readings may have arrived since, with times before the last run.
    if since > instant:
        return None
    return set(changed_shards(postgres, day, plan.boundaries, since))
