"""The handler of the planner, whose 3 actions are the first steps of the pipeline: begin, scan and divide."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3

from domain.days import local_date
from domain.environment import read_environment
from domain.pipeline_dates import InvalidDate, required_date, resolve_date
from domain.shard_tasks import required_run
from lambdas.planner.begin_run import begin_run
from lambdas.planner.divide_day import divide_day
from lambdas.planner.environment import Environment
from lambdas.planner.missed_days import is_completed, is_scheduled, missed_days, notice
from lambdas.planner.scan_segment import SegmentPart, scan_segment
from lambdas.planner.sources import Sources
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.context import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


class InvalidActionError(ValueError):
    """The input names no action of the planner, or lacks what the action needs."""


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    steps: "SFNClient"
    now: Callable[[], datetime]

    def sources(self) -> Sources:
        """Returns what a run is planned from."""
        environment = self.environment
        return Sources(self.s3, self.dynamodb, self.steps, environment.enriched_bucket, environment.customers_table)


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    # A scan often meets the limit of the table's throughput. It then waits and tries again.
    config = retrying(10)
    return Dependencies(
        environment,
        boto3.client("s3", config=config),
        boto3.client("dynamodb", config=config),
        boto3.client("stepfunctions", config=config),
        now,
    )


def handle(event: object, context: Context) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, context, dependencies())


def respond(event: object, context: Context, needs: Dependencies) -> dict[str, Any]:
    """Does the step that the event's `action` names: `begin`, `scan` or `divide`. Raises `InvalidActionError`."""
    action = event.get("action") if isinstance(event, Mapping) else None
    match action:
        case "begin":
            answer = _begin(event, needs)
        case "scan":
            answer = _scan(event, context, needs)
        case "divide":
            answer = _divide(event, needs)
        case _:
            raise InvalidActionError(f"no action of the planner: {action!r}")
    logs.log(_LOGGED[action], **answer)
    return answer


_LOGGED = {"begin": "begun", "scan": "scanned", "divide": "divided"}


def _begin(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"input", "run"}` gives `{"date", "segments", "objects", "missed"}`."""
    environment = needs.environment
    now = needs.now()
    given = event.get("input") if isinstance(event, Mapping) else None
    day = resolve_date(given, environment.time_zone, now)
    _refuse_past_retention(day, environment, now)
    begun = begin_run(day, required_run(event), needs.sources())
    completed = partial(is_completed, needs.s3, environment.enriched_bucket)
    return begun | {"missed": notice(missed_days(day, completed) if is_scheduled(given) else [], required_run(event))}


def _scan(event: object, context: Context, needs: Dependencies) -> dict[str, Any]:
    """`{"date", "run", "segment", "segments", "part", "start"}` gives the answer of `scan_segment`."""
    day = required_date(event, needs.environment.time_zone, needs.now())
    part, remaining_ms = SegmentPart.from_json(event), context.get_remaining_time_in_millis
    return scan_segment(day, required_run(event), part, needs.sources(), remaining_ms, attempt=uuid4().hex[:8])


def _divide(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"date", "run", "segments"}` gives the answer of `divide_day`."""
    day = required_date(event, needs.environment.time_zone, needs.now())
    segments = event.get("segments") if isinstance(event, Mapping) else None
    if not isinstance(segments, int) or segments < 1:
        raise InvalidActionError('the input has no number of "segments"')
    return divide_day(day, required_run(event), segments, needs.sources(), least=needs.environment.shards)


def _refuse_past_retention(day: date, environment: Environment, now: datetime) -> None:
    # The day's readings are deleted. A run would empty the day's objects and raise an alarm for every customer.
    oldest = local_date(now, environment.time_zone) - timedelta(days=environment.readings_retention_days)
    if day < oldest:
        raise InvalidDate(f"{day} is before {oldest}, the oldest day whose readings are kept")
