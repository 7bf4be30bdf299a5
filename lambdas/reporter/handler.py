"""The handler of the reporter writes the summary and the report of the newest publication of a day."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.environment import read_environment
from domain.pipeline_dates import required_date
from domain.shard_tasks import required_run
from lambdas.reporter.environment import Environment
from lambdas.reporter.logic import Reporting, report
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    now: Callable[[], datetime]


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    config = retrying()
    return Dependencies(environment, boto3.client("s3", config=config), boto3.client("dynamodb", config=config), now)


def handle(event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"date", "run"}` gives `{"date", "publication", "summary", "report", "is_new"}`. The middle two are keys."""
    logs.follow(event)
    environment = needs.environment
    day = required_date(event, environment.time_zone, needs.now())
    reporting = Reporting(
        needs.s3, environment.enriched_bucket, needs.dynamodb, environment.alarms_table, environment.time_zone
    )
    answer = report(day, required_run(event), reporting)
    logs.log("reported", **answer)
    return answer
