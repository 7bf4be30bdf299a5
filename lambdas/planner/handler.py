"""The handler of the planner, the first step of the pipeline."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3

from domain.days import local_date
from domain.environment import read_environment
from domain.pipeline_dates import InvalidDate, resolve_date
from domain.shard_tasks import required_run
from lambdas.planner.environment import Environment
from lambdas.planner.logic import Sources, plan_run
from lambdas.planner.missed_days import is_completed, is_scheduled, missed_days, notice
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


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
    """Takes the execution's `{"input", "run"}`. Returns `{"date", "customers", "set_aside", "shards", "missed"}`."""
    environment = needs.environment
    now = needs.now()
    given = event.get("input") if isinstance(event, Mapping) else None
    day = resolve_date(given, environment.time_zone, now)
    _refuse_past_retention(day, environment, now)
    planned = plan_run(
        day,
        required_run(event),
        Sources(needs.s3, needs.dynamodb, needs.steps, environment.enriched_bucket, environment.customers_table),
        shards=environment.shards,
        memory_mib=environment.aws_lambda_function_memory_size,
    )
    completed = partial(is_completed, needs.s3, environment.enriched_bucket)
    planned["missed"] = notice(missed_days(day, completed) if is_scheduled(given) else [], required_run(event))
    logs.log("planned", **planned)
    return planned


def _refuse_past_retention(day: date, environment: Environment, now: datetime) -> None:
    # The day's readings are deleted. A run would empty the day's objects and raise an alarm for every customer.
    oldest = local_date(now, environment.time_zone) - timedelta(days=environment.readings_retention_days)
    if day < oldest:
        raise InvalidDate(f"{day} is before {oldest}, the oldest day whose readings are kept")
