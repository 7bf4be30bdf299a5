"""The handler of the enricher enriches one shard."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.environment import read_environment
from domain.shard_tasks import shard_task
from lambdas.enricher.environment import Environment
from lambdas.enricher.logic import enrich_shard
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    now: Callable[[], datetime]


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    config = retrying()
    return Dependencies(environment, boto3.client("s3", config=config), now)


def handle(event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"date", "run", "shard"}` gives `{"date", "shard", "rows", "rows_without_customer", "object"}`."""
    logs.follow(event)
    environment = needs.environment
    enriched = enrich_shard(
        shard_task(event, environment.time_zone, needs.now()),
        needs.s3,
        exported_bucket=environment.exported_bucket,
        enriched_bucket=environment.enriched_bucket,
        memory_mib=environment.aws_lambda_function_memory_size,
    )
    logs.log("enriched", **enriched)
    return enriched
