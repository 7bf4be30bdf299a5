"""The handler of the alerting step finds a shard's alarms."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.environment import read_environment
from domain.shard_tasks import shard_task
from lambdas.alerting.environment import Environment
from lambdas.alerting.logic import find_alarms
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
    """`{"date", "run", "shard"}` gives `{"date", "shard", "found"}`. `found` has a count for each check's code."""
    logs.follow(event)
    environment = needs.environment
    found = find_alarms(
        shard_task(event, environment.time_zone, needs.now()),
        needs.s3,
        bucket=environment.enriched_bucket,
        memory_mib=environment.aws_lambda_function_memory_size,
    )
    logs.log("alarms found", **found)
    return found
