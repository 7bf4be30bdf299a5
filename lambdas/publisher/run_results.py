"""Collects what the steps of a run say of their parts, and what the former publication says of all other shards."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from domain.object_keys import facts_key, shards_key
from domain.pipeline_dates import required_date
from domain.publications import (
    CUSTOMERS,
    DAYS,
    ENRICHED,
    EXPORTED,
    FINDINGS,
    Part,
    Publication,
    PublishedShard,
    difference_of,
)
from domain.shard_tasks import required_run, required_snapshot
from domain.shards import Shard
from lambdas.runtime.day_plan import DayPlan, required_plan
from lambdas.runtime.json_objects import get_json
from lambdas.runtime.part_facts import PartFactsError, read_facts
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 16
"""A shard is 3 small objects. They are read at the same time, because each read is a round trip."""


class InvalidResultsError(ValueError):
    """The run has not processed all shards that the day needs."""


@dataclass(frozen=True)
class PublisherTask:
    """A run whose shards are processed."""

    date: date
    run: str
    as_known_at: datetime


@dataclass(frozen=True)
class RunResults:
    """Holds the shards of the day after the run. `processed` has the numbers of the shards that the run processed."""

    task: PublisherTask
    plan: DayPlan
    former: Publication | None
    shards: Sequence[PublishedShard]
    processed: Sequence[int]

    @property
    def date(self) -> date:
        """The day."""
        return self.task.date

    @property
    def run(self) -> str:
        """The execution's ARN."""
        return self.task.run

    @property
    def is_divided_anew(self) -> bool:
        """Whether the former publication has other boundaries."""
        return self.former is not None and self.former.boundaries != self.plan.boundaries

    def sums(self) -> dict[str, dict[str, int]]:
        """Returns the sums over the shards for the 2 data sets.

        They are `{"exported": {"rows", "metering_points"}, "enriched": {"rows", "rows_without_customer",
        "estimated"}}`. The rows are readings. `estimated` counts the further rows of the enriched parts.
        """
        return {
            EXPORTED: {
                "rows": sum(shard.exported.rows for shard in self.shards),
                "metering_points": sum(shard.exported.metering_points for shard in self.shards),
            },
            ENRICHED: {
                "rows": sum(shard.enriched.rows - shard.estimated for shard in self.shards),
                "rows_without_customer": sum(shard.rows_without_customer for shard in self.shards),
                "estimated": sum(shard.estimated for shard in self.shards),
            },
        }


def publisher_task(event: object, zone: ZoneInfo, now: datetime) -> PublisherTask:
    """Reads `{"date", "run", "as_known_at"}`. Raises `InvalidDate` and `InvalidRunError`."""
    return PublisherTask(required_date(event, zone, now), required_run(event), required_snapshot(event))


def run_results(task: PublisherTask, s3: "S3Client", bucket: str) -> RunResults:
    """Collects the shards: those of the run's list from its steps, and all others from the former publication.

    Raises `ObjectMissingError`, `PartFactsError`, `InvalidResultsError` and `ShardPlanError`.
    """
    plan, former = required_plan(s3, bucket, task.date), Publications(s3, bucket).newest(task.date)
    kept = former.shards if former and former.boundaries == plan.boundaries else ()
    processed = [Shard.from_json(each).number for each in get_json(s3, bucket, shards_key(task.date, task.run))]
    if not kept and len(processed) <= len(plan.boundaries):
        raise InvalidResultsError(f"the run has processed {len(processed)} shards of {len(plan.boundaries) + 1}")
    with ThreadPoolExecutor(READERS) as pool:
        done = dict(zip(processed, pool.map(partial(_processed, s3, bucket, task), processed), strict=True))
    shards = [
        done[number] if number in done else replace(kept[number], difference=None)
        for number in range(len(plan.boundaries) + 1)
    ]
    return RunResults(task, plan, former, shards, processed)


def _processed(s3: "S3Client", bucket: str, task: PublisherTask, number: int) -> PublishedShard:
    exported = read_facts(s3, bucket, facts_key(task.date, task.run, EXPORTED, number))
    enriched = read_facts(s3, bucket, facts_key(task.date, task.run, ENRICHED, number))
    judged = read_facts(s3, bucket, facts_key(task.date, task.run, FINDINGS, number))
    try:
        shard = PublishedShard(
            number,
            exported.parts[EXPORTED],
            judged.parts[ENRICHED],
            enriched.parts[CUSTOMERS],
            judged.parts[FINDINGS],
            judged.parts[DAYS],
            int(enriched.about["rows_without_customer"]),
            difference_of(exported.about["difference"]),
            {str(earlier): int(number) for earlier, number in judged.about["judged_against"].items()},
            int(judged.about["estimated"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise PartFactsError(f"shard {number} of {task.date}: {error!r}") from error
    readings = replace(shard.enriched, rows=shard.enriched.rows - shard.estimated)
    if _content(shard.exported) != _content(readings):
        raise PartFactsError(f"shard {number} of {task.date}: the enriched part does not have the exported part's rows")
    return shard


def _content(part: Part) -> tuple[int, int, str]:
    return part.rows, part.metering_points, part.kwh
