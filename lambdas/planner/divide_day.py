"""Divides a day into shards, once all segments of the customers are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from domain.customer_samples import Sample, boundaries
from domain.object_keys import customer_parts_key, customer_report_key, object_uri
from lambdas.planner.set_aside import SetAside
from lambdas.planner.shard_plan import planned_shards, shard_count
from lambdas.planner.sources import Sources
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.json_objects import get_json, put_json


class ReportError(Exception):
    """The report of a part of the customers does not have the form of a report. The text names the object."""


@dataclass
class Reported:
    """What the reports of all parts say."""

    samples: list[Sample] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    set_aside: SetAside = field(default_factory=SetAside)

    @property
    def customers(self) -> int:
        """The number of customers in all parts."""
        return sum(sample.rows for sample in self.samples)

    def add(self, report: Mapping[str, Any]) -> None:
        """Adds a report. Raises `KeyError`, `TypeError` and `InvalidSampleError`."""
        self.parts.append(report["name"])
        self.samples.append(Sample.from_json(report["sample"]))
        self.set_aside.merge(report["set_aside"])


def divide_day(day: date, run: str, segments: int, sources: Sources, *, least: int) -> dict[str, Any]:
    """Decides the day's shards (at least `least`), and stores their plan and the list of the customers' parts.

    Returns `{"date", "customers", "set_aside": {"customers", "subject", "message"}, "shards"}`. `shards` is the number
    of shards. No customer is read here: the samples of the segments decide. Raises `ObjectMissingError`,
    `ReportError`, `NoUsableCustomers`, `ShardPlanError`, `RunSupersededError`, and S3's own errors.
    """
    s3, bucket = sources.s3, sources.bucket
    reported = _reported(day, run, segments, sources)
    reported.set_aside.require_others(reported.customers)
    DayLock(s3, bucket).require(day, run)
    count = shard_count(reported.customers, least)
    planned = planned_shards(s3, bucket, day, least, lambda: boundaries(reported.samples, count))
    put_json(s3, bucket, customer_parts_key(day, run), reported.parts)
    return {
        "date": day.isoformat(),
        "customers": reported.customers,
        "set_aside": reported.set_aside.notice(day, sources.customers_table),
        "shards": len(planned),
    }


def _reported(day: date, run: str, segments: int, sources: Sources) -> Reported:
    """Reads the reports of each segment up to the one that ends it. A report that is missing is an error."""
    reported = Reported()
    for segment in range(segments):
        part, complete = 0, False
        while not complete:
            key = customer_report_key(day, run, segment, part)
            try:
                report = get_json(sources.s3, sources.bucket, key)
                reported.add(report)
                complete = bool(report["complete"])
            except (KeyError, TypeError, ValueError) as error:
                raise ReportError(f"{object_uri(sources.bucket, key)}: {error!r}") from error
            part += 1
    return reported
