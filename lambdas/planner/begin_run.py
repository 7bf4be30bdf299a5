"""The first step acquires the day for the run, and divides the scan of the customers into segments."""

from datetime import date
from typing import Any

from domain.object_keys import failure_key, results_prefix, shards_key
from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.segments import segment_count
from lambdas.planner.sources import Sources
from lambdas.runtime.day_lock import DayLock


def begin_run(day: date, run: str, sources: Sources) -> dict[str, Any]:
    """Returns `{"date", "segments": [0, 1, ...], "objects": {"shards", "results", "failure"}}`.

    `objects` has the keys of the objects that the state machine itself reads and writes. Raises `DateLocked`, and
    AWS's own errors.
    """
    acquire_day(DayLock(sources.s3, sources.bucket), sources.steps, day, run)
    return {
        "date": day.isoformat(),
        "segments": list(range(segment_count(sources.dynamodb, sources.customers_table))),
        "objects": {
            "shards": shards_key(day, run),
            "results": results_prefix(day, run),
            "failure": failure_key(day, run),
        },
    }
