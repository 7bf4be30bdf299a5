"""The handler of the publisher, the last step of the pipeline."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.environment import read_environment
from lambdas.publisher.add_publication import add_publication
from lambdas.publisher.environment import Environment
from lambdas.publisher.logic import Channels, publish
from lambdas.publisher.run_results import publisher_task, run_results
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.completed_runs import CompletedRun, write_completed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    channels: Channels
    now: Callable[[], datetime]


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    config = retrying()
    channels = Channels(
        boto3.client("sns", config=config),
        environment.alarm_topic_arn,
        boto3.client("sqs", config=config),
        environment.alarm_queue_url,
        time.sleep,
    )
    return Dependencies(environment, boto3.client("s3", config=config), channels, now)


def handle(event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"date", "run", "as_known_at"}` gives `{"date", "exported", "enriched", "alarms", "publication"}`.

    `exported` and `enriched` are sums over the shards. `alarms` is `{"MCD": {"found", "raised"}, ...}`. `publication`
    is `{"number", "is_new"}`. The record of the publication is written after the alarms, and then that of the run.
    """
    environment = needs.environment
    task = publisher_task(event, environment.time_zone, needs.now())
    results = run_results(task, needs.s3, environment.enriched_bucket)
    alarms = publish(
        results,
        needs.s3,
        needs.channels,
        exported_bucket=environment.exported_bucket,
        enriched_bucket=environment.enriched_bucket,
    )
    publication, is_new = add_publication(needs.s3, environment.enriched_bucket, results, needs.now())
    published: dict[str, Any] = {
        "date": results.date.isoformat(),
        **results.sums(),
        "alarms": alarms,
        "publication": {"number": publication.number, "is_new": is_new},
    }
    completed = CompletedRun(task.run, task.as_known_at, needs.now())
    write_completed(needs.s3, environment.enriched_bucket, results.date, completed, published)
    logs.log("published", **published)
    return published
