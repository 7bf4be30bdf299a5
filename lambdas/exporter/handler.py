"""The handler of the exporter begins a run in the database, or exports one shard."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from psycopg2.extensions import connection

from domain.days import LocalDay
from domain.environment import read_environment
from domain.pipeline_dates import required_date
from domain.shard_tasks import required_run, shard_task
from lambdas.exporter.begin_run import begin_run
from lambdas.exporter.changed_days import Days, Limits
from lambdas.exporter.database import Database
from lambdas.exporter.environment import Environment
from lambdas.exporter.logic import Buckets, export_shard
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.context import Context

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_RESERVE_MS = 10_000
"""The time that is left after the query. So Postgres ends a long query before Lambda kills the function."""

BEGIN, FIND_DAYS = "begin", "find_days"
"""The actions that begin a run and find the days of a catch-up. Only the exporter may read the database."""


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    database: Database
    s3: "S3Client"
    now: Callable[[], datetime]


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    config = retrying()
    return Dependencies(
        environment,
        Database(environment, boto3.client("secretsmanager", config=config)),
        boto3.client("s3", config=config),
        now,
    )


def handle(event: object, context: Context) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, context, dependencies())


def respond(event: object, context: Context, needs: Dependencies) -> dict[str, Any]:
    """`{"action": "begin", "date", "run", "only_changed"}` gives `{"as_known_at", "shards"}`.

    `{"action": "find_days"}` gives `{"days": [{"date", "name"}, ...]}`.
    `{"date", "run", "shard", "as_known_at"}` gives `{"date", "shard", "rows", "metering_points", "object"}`.
    """
    logs.follow(event)
    timeout_ms = max(context.get_remaining_time_in_millis() - UPLOAD_RESERVE_MS, 1_000)
    open_database = partial(needs.database.open, timeout_ms)
    action = event.get("action") if isinstance(event, Mapping) else None
    if action == BEGIN:
        return _begin(event, open_database, needs)
    if action == FIND_DAYS:
        return _find_days(open_database, needs)
    environment = needs.environment
    exported = export_shard(
        shard_task(event, environment.time_zone, needs.now()),
        open_database,
        Buckets(needs.s3, environment.exported_bucket, environment.enriched_bucket),
        memory_mib=environment.aws_lambda_function_memory_size,
    )
    logs.log("exported", **exported)
    return exported


def _begin(event: object, open_database: Callable[[], connection], needs: Dependencies) -> dict[str, Any]:
    environment = needs.environment
    date, run = required_date(event, environment.time_zone, needs.now()), required_run(event)
    begun = begin_run(
        LocalDay(date, environment.time_zone),
        run,
        open_database,
        needs.s3,
        environment.enriched_bucket,
        only_changed=isinstance(event, Mapping) and event.get("only_changed") is True,
    )
    logs.log("begun", date=str(date), as_known_at=begun["as_known_at"], shards=begun["shards"])
    return begun


def _find_days(open_database: Callable[[], connection], needs: Dependencies) -> dict[str, Any]:
    environment = needs.environment
    limits = Limits(environment.catch_up_days, environment.catch_up_shards, environment.readings_retention_days)
    with closing(open_database()) as postgres:
        days = Days(postgres, needs.s3, environment.enriched_bucket, environment.time_zone).due(needs.now(), limits)
    logs.log("days to catch up", days=[str(day.date) for day in days], shards=sum(day.shards for day in days))
    return {"days": [day.as_json() for day in days]}
