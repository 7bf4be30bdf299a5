"""The first step acquires the day for the run, and divides the scan of the customers into segments, if there is one."""

from datetime import date
from typing import Any

from domain.object_keys import alarm_shards_key, failure_key, results_prefix, shards_key
from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.plan_catch_up import WHOLE, plan_catch_up
from lambdas.planner.segments import segment_count
from lambdas.planner.sources import Sources
from lambdas.runtime.day_lock import DayLock


def begin_run(day: date, run: str, sources: Sources, *, catch_up: bool) -> dict[str, Any]:
    """Returns `{"date", "run", "segments": [0, ...], "objects": {...}, "catch_up", ...}`.

    `objects` has the keys of the objects that the state machine itself reads and writes. The catch-up of a published
    day has no segments (`plan_catch_up`). Raises `DateLocked`, and AWS's own errors.
    """
    lock = DayLock(sources.s3, sources.bucket)
    before = lock.holder(day)
    acquire_day(lock, sources.steps, day, run)
    plan = plan_catch_up(day, before, sources) if catch_up else WHOLE
    segments = 0 if plan["catch_up"] else segment_count(sources.dynamodb, sources.customers_table)
    return {
        "date": day.isoformat(),
        "run": run,
        "segments": list(range(segments)),
        "objects": {
            "shards": shards_key(day, run),
            "alarm_shards": alarm_shards_key(day, run),
            "results": results_prefix(day, run),
            "failure": failure_key(day, run),
        },
        "day": None,
        **plan,
    }
