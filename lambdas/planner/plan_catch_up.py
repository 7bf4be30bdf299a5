"""Plans the catch-up of a day that has a publication: with its boundaries and its customers."""

from dataclasses import dataclass
from datetime import date

from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.logic import Sources
from lambdas.runtime.completed_runs import read_completed
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_plan import DayPlan, keep_plan
from lambdas.runtime.publications import Publications


@dataclass(frozen=True)
class CatchUpPlan:
    """The number of customers. `only_changed` says that the shards without new readings need no work."""

    customers: int
    only_changed: bool


def plan_catch_up(day: date, run: str, sources: Sources) -> CatchUpPlan | None:
    """Acquires the day. Returns None where it has no publication, so that it must be planned as a whole.

    The boundaries and the customers are those of the newest publication. So readings that arrive late give the same
    objects as readings on time. If a run has failed since, its parts may be there. Then all shards are processed.
    """
    lock = DayLock(sources.s3, sources.bucket)
    before = lock.holder(day)
    acquire_day(lock, sources.steps, day, run)
    publication = Publications(sources.s3, sources.bucket).newest(day)
    if publication is None:
        return None
    keep_plan(sources.s3, sources.bucket, day, DayPlan(publication.least_shards, publication.boundaries))
    last = read_completed(sources.s3, sources.bucket, day)
    is_settled = before is not None and last is not None and before.run == last.run
    return CatchUpPlan(sum(shard.customers.rows for shard in publication.shards), is_settled)
