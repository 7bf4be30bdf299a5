"""The handler of the publisher. Its 3 actions are the last steps of the pipeline.

1. `publish` verifies the parts, adds the record of the publication, and lists the shards whose alarms may change.
2. `keep` brings the alarms of one such shard to the findings of the publication.
3. `finish` sends the administrator's mail, which names the report, and writes the record of the run.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from domain.digest import Report
from domain.environment import read_environment
from domain.object_keys import object_uri
from lambdas.publisher.add_publication import add_publication
from lambdas.publisher.alarm_keeper import Queue
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.environment import Environment
from lambdas.publisher.finish_run import Administrator, finish_run
from lambdas.publisher.keep_plan import KeepTask, plan_keeping
from lambdas.publisher.keep_shard import Keeping, keep_shard
from lambdas.publisher.publication_rows import store_publication_row
from lambdas.publisher.run_results import PublisherTask, publisher_task, run_results
from lambdas.publisher.seal_parts import seal_parts
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.completed_runs import CompletedRun, write_completed
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class InvalidActionError(ValueError):
    """The input names no action of the publisher."""


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    s3: "S3Client"
    table: AlarmsTable
    queue: Queue
    administrator: Administrator
    now: Callable[[], datetime]

    def require_day(self, task: PublisherTask) -> None:
        """Returns if the run still holds the day. Raises `RunSupersededError`."""
        DayLock(self.s3, self.environment.enriched_bucket).require(task.date, task.run)


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    config = retrying()
    return Dependencies(
        environment,
        boto3.client("s3", config=config),
        AlarmsTable(boto3.client("dynamodb", config=config), environment.alarms_table),
        Queue(boto3.client("sqs", config=config), environment.alarm_queue_url, time.sleep),
        Administrator(boto3.client("sns", config=config), environment.alarm_topic_arn),
        now,
    )


def handle(event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: object, needs: Dependencies) -> dict[str, Any]:
    """`{"action", "date", "run", "as_known_at"}` gives the answer of the action. `keep` needs its `shard` too.

    Raises `InvalidActionError`.
    """
    logs.follow(event)
    action = event.get("action") if isinstance(event, Mapping) else None
    if not isinstance(action, str) or action not in ACTIONS:
        raise InvalidActionError(f"{action!r} is none of {', '.join(ACTIONS)}")
    task = publisher_task(event, needs.environment.time_zone, needs.now())
    answer = ACTIONS[action](event, task, needs)
    logs.log(action, **answer)
    return answer


def _publish(_event: object, task: PublisherTask, needs: Dependencies) -> dict[str, Any]:
    """Answers `{"date", "exported", "enriched", "publication", "alarm_shards"}`.

    `exported` and `enriched` are sums over the shards. `publication` is `{"number", "is_new"}`.
    """
    bucket = needs.environment.enriched_bucket
    found = run_results(task, needs.s3, bucket)
    needs.require_day(task)
    results = seal_parts(needs.s3, needs.environment.exported_bucket, bucket, found)
    needs.require_day(task)
    publication, is_new = add_publication(needs.s3, bucket, results, needs.now())
    store_publication_row(needs.s3, bucket, publication, needs.environment.aws_lambda_function_memory_size)
    return {
        "date": task.date.isoformat(),
        **results.sums(),
        "publication": {"number": publication.number, "is_new": is_new},
        "alarm_shards": plan_keeping(needs.s3, bucket, publication, task.run),
    }


def _keep(event: Any, task: PublisherTask, needs: Dependencies) -> dict[str, Any]:
    """Answers `{"date", "shard", "alarms"}`. `shard` is the number, and `alarms` has the counts by code."""
    environment = needs.environment
    keeping = Keeping(
        needs.s3,
        environment.enriched_bucket,
        needs.table,
        needs.queue,
        environment.escalate_after_days,
        environment.alarms_retention_days,
        environment.aws_lambda_function_memory_size,
    )
    shard = KeepTask.of_json(event.get("shard"))
    tally = keep_shard(task.date, task.run, shard, keeping, needs.now())
    return {"date": task.date.isoformat(), "shard": shard.shard.number, "alarms": tally.by_code()}


def _finish(event: Any, task: PublisherTask, needs: Dependencies) -> dict[str, Any]:
    """Answers `{"date", "alarms"}`: for each code the counts found, raised, updated, escalated and cleared."""
    bucket = needs.environment.enriched_bucket
    publication = Publications(needs.s3, bucket).newest(task.date)
    if publication is None:
        raise ObjectMissingError(f"{task.date} has no publication")
    needs.require_day(task)
    tally = finish_run(
        needs.s3,
        bucket,
        publication,
        task.run,
        table=needs.table,
        administrator=needs.administrator,
        now=needs.now(),
        report=_report(bucket, event.get("report")),
    )
    answer = {"date": task.date.isoformat(), "alarms": tally.by_code()}
    published = event.get("published")
    about = {**(published if isinstance(published, Mapping) else {}), **answer}
    write_completed(needs.s3, bucket, task.date, CompletedRun(task.run, task.as_known_at, needs.now()), about)
    return answer


def _report(bucket: str, answer: object) -> Report | None:
    """Returns what the reporter has answered: its key, or the error that Step Functions caught."""
    if not isinstance(answer, Mapping):
        return None
    key = answer.get("key")
    return Report(uri=object_uri(bucket, key)) if isinstance(key, str) else Report(error=str(answer.get("Error")))


ACTIONS: Mapping[str, Callable[[Any, PublisherTask, Dependencies], dict[str, Any]]] = {
    "publish": _publish,
    "keep": _keep,
    "finish": _finish,
}
