"""The handler of the planner. Its actions are the first steps of a run (begin, scan, divide) and a catch-up's turn."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3

from domain.days import local_date
from domain.environment import read_environment
from domain.object_keys import CATCH_UP
from domain.pipeline_dates import InvalidDate, required_date, resolve_date
from domain.shard_tasks import is_catch_up, required_run
from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.begin_run import begin_run
from lambdas.planner.divide_day import divide_day
from lambdas.planner.environment import Environment
from lambdas.planner.scan_segment import SegmentPart, scan_segment
from lambdas.planner.sources import Sources
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.context import Context
from lambdas.runtime.day_lock import DayLock

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
    # The runtime brings boto3, and AWS changes its version unannounced. The preflight compares it with the tested one.
    logs.log("initialized", boto3=boto3.__version__)
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
    """Does what the event's `action` names: `take_turn`, `begin`, `scan` or `divide`. Raises `InvalidActionError`."""
    logs.follow(event)
    action = event.get("action") if isinstance(event, Mapping) else None
    match action:
        case "begin":
            answer = _begin(event, needs)
        case "scan":
            answer = _scan(event, context, needs)
        case "take_turn":
            answer = _take_turn(event, needs)
        case "divide":
            answer = _divide(event, needs)
        case _:
            raise InvalidActionError(f"no action of the planner: {action!r}")
    logs.log(_LOGGED[action], **answer)
    return answer


_LOGGED = {"take_turn": "the turn is taken", "begin": "begun", "scan": "scanned", "divide": "divided"}


def _begin(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"input", "run"}` gives `{"date", "run", "segments", "objects", "catch_up", "only_changed", "day"}`."""
    environment = needs.environment
    now = needs.now()
    given = event.get("input") if isinstance(event, Mapping) else None
    day = resolve_date(given, environment.time_zone, now)
    _refuse_past_retention(day, environment, now)
    return begin_run(day, required_run(event), needs.sources(), catch_up=is_catch_up(given))


def _take_turn(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"run"}` makes the run the only catch-up, and gives `{}`. Raises `DateLocked` while another one works.

    A flood of late readings may take longer than the time to the next catch-up.
    """
    acquire_day(DayLock(needs.s3, needs.environment.enriched_bucket), needs.steps, CATCH_UP, required_run(event))
    return {}


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
