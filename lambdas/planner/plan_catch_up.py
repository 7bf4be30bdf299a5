"""Plans the catch-up of a day that has a publication: with its boundaries and its customers."""

from datetime import date
from typing import Any

from lambdas.planner.sources import Sources
from lambdas.runtime.completed_runs import read_completed
from lambdas.runtime.day_lock import Holder
from lambdas.runtime.day_plan import DayPlan, keep_plan
from lambdas.runtime.publications import Publications

WHOLE = {"catch_up": False, "only_changed": False}
"""The plan of a run that reads the customers and processes all shards."""


def plan_catch_up(day: date, before: Holder | None, sources: Sources) -> dict[str, Any]:
    """Returns `{"catch_up", "only_changed", "day": {"customers", "set_aside"}}`, or `WHOLE` without a publication.

    The boundaries and the customers are those of the newest publication. So readings that arrive late give the same
    objects as readings on time, and no customer is read. `before` is the day's holder before this run. If that run has
    failed, its parts may be there. Then all shards are processed, else only those with new readings.
    """
    publication = Publications(sources.s3, sources.bucket).newest(day)
    if publication is None:
        return WHOLE
    keep_plan(sources.s3, sources.bucket, day, DayPlan(publication.least_shards, publication.boundaries))
    last = read_completed(sources.s3, sources.bucket, day)
    customers = sum(shard.customers.rows for shard in publication.shards)
    return {
        "catch_up": True,
        "only_changed": before is not None and last is not None and before.run == last.run,
        "day": {"customers": customers, "set_aside": {"customers": 0}},
    }
