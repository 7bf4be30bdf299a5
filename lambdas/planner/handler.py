"""The handler of the planner, the first step of the pipeline."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.days import local_date
from domain.environment import read_environment
from domain.object_keys import CATCH_UP
from domain.pipeline_dates import InvalidDate, resolve_date
from domain.shard_tasks import is_catch_up, required_run
from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.environment import Environment
from lambdas.planner.logic import Sources, plan_run
from lambdas.planner.plan_catch_up import plan_catch_up
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.day_lock import DayLock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient

TAKE_TURN = "take_turn"
"""The action by which a catch-up becomes the only one. A flood of late readings may take longer than an hour."""


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    steps: "SFNClient"
    now: Callable[[], datetime]


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


def handle(event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"input", "run"}` gives `{"date", "customers", "set_aside", "catch_up", "only_changed"}`.

    With `{"action": "take_turn", "run"}` it makes the run the only catch-up, and returns `{}`.
    """
    environment = needs.environment
    sources = Sources(needs.s3, needs.dynamodb, needs.steps, environment.enriched_bucket, environment.customers_table)
    run = required_run(event)
    given = event.get("input") if isinstance(event, Mapping) else None
    if isinstance(event, Mapping) and event.get("action") == TAKE_TURN:
        acquire_day(DayLock(sources.s3, sources.bucket), sources.steps, CATCH_UP, run)
        return {}
    now = needs.now()
    day = resolve_date(given, environment.time_zone, now)
    _refuse_past_retention(day, environment, now)
    again = plan_catch_up(day, run, sources) if is_catch_up(given) else None
    if again:
        planned: dict[str, Any] = {"date": day.isoformat(), "customers": again.customers, "set_aside": {"customers": 0}}
    else:
        memory_mib = environment.aws_lambda_function_memory_size
        planned = plan_run(day, run, sources, shards=environment.shards, memory_mib=memory_mib)
    planned |= {"catch_up": again is not None, "only_changed": again is not None and again.only_changed}
    logs.log("planned", **planned)
    return planned


def _refuse_past_retention(day: date, environment: Environment, now: datetime) -> None:
    # The day's readings are deleted. A run would empty the day's objects and raise an alarm for every customer.
    oldest = local_date(now, environment.time_zone) - timedelta(days=environment.readings_retention_days)
    if day < oldest:
        raise InvalidDate(f"{day} is before {oldest}, the oldest day whose readings are kept")
