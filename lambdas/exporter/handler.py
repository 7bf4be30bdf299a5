"""The handler of the exporter exports one shard."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3

from domain.environment import read_environment
from domain.shard_tasks import shard_task
from lambdas.exporter.database import Database
from lambdas.exporter.environment import Environment
from lambdas.exporter.logic import export_shard
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.context import Context
from lambdas.runtime.day_lock import DayLock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOAD_RESERVE_MS = 10_000
"""The time that is left after the query. So Postgres ends a long query before Lambda kills the function."""


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
    """`{"date", "run", "shard"}` gives `{"date", "shard", "rows", "metering_points", "object", "etag"}`."""
    environment = needs.environment
    timeout_ms = max(context.get_remaining_time_in_millis() - UPLOAD_RESERVE_MS, 1_000)
    exported = export_shard(
        shard_task(event, environment.time_zone, needs.now()),
        partial(needs.database.open, timeout_ms),
        needs.s3,
        DayLock(needs.s3, environment.enriched_bucket),
        bucket=environment.exported_bucket,
        memory_mib=environment.aws_lambda_function_memory_size,
    )
    logs.log("exported", **exported)
    return exported
