"""Runs the task that migrates the database's schema, and waits for its end.

Terraform runs it before a new release of the service (terraform/modules/service/migrations.tf), with the task as JSON:

    python -m operations.migrate --task '{"cluster": ..., "task_definition": ..., ...}'

An operator runs the newest one again, after a failure or for a look at its log:

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.migrate --outputs outputs.json --stack energy

It reaches AWS with the credentials of the shell. They need `ecs:RunTask` on the task definition, `iam:PassRole` on its
execution role, `ecs:DescribeTasks` and `logs:GetLogEvents`. The command waits for as long as the migration needs. If
it is interrupted, the task goes on.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from operations.outputs import OutputsError, read
from operations.target import OUTPUTS as TARGET
from operations.target import Target, TargetError

STARTED_BY = "operations.migrate"
LOG_LINES = 20
POLL_SECONDS = (0.3, 5.0)
"""The first pause between two looks at the task, and the longest one."""

STARTS, START_PAUSE_SECONDS = 4, 10.0
START_WITHIN_SECONDS = 900.0
"""A task that does not run after this time is stopped."""

NOT_YET = ("unable to assume", "is not authorized to perform", "AccessDenied")
"""ECS's reasons for a role or a policy that was made a moment ago and is not known everywhere yet.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
"""


class MigrationError(Exception):
    """The migration did not succeed. The message says why and where its log is."""


@dataclass(frozen=True)
class MigrationTask:
    """The task, as Terraform's output `migration_task` describes it."""

    region: str
    cluster: str
    task_definition: str
    container: str
    subnet_ids: list[str]
    security_group_ids: list[str]
    log_group: str

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "MigrationTask":
        return cls(**{field.name: content[field.name] for field in fields(cls)})


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.migrate", description=(__doc__ or "").splitlines()[0])
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--outputs", type=Path, help="the file that `terraform output -json` wrote")
    given.add_argument("--task", help="the output migration_task, as JSON")
    parser.add_argument("--stack", default="", help="the deployment's name, which --outputs needs")
    options = parser.parse_args(arguments)
    try:
        task = _task(options)
        migrate(task, boto3.client("ecs", task.region), boto3.client("logs", task.region), _tell)
    except (MigrationError, OutputsError, TargetError, BotoCoreError, ClientError, KeyError, ValueError) as error:
        print(f"The database was not migrated: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. A migration that has begun goes on.", file=sys.stderr)
        return 130
    return 0


def migrate(
    task: MigrationTask, ecs: Any, logs: Any, tell: Callable[[str], object], pause: Callable[[float], None] = time.sleep
) -> None:
    """Runs the task and returns once it has ended with exit code 0. Raises `MigrationError`."""
    for start in range(1, STARTS + 1):
        arn = _start(task, ecs)
        log = f"log group {task.log_group}, stream {_stream(task, arn)}"
        tell(f"The database is being migrated by the task {arn.rpartition('/')[2]}; {log}")
        ended = _Wait(task, ecs, tell, pause).for_end(arn)
        code = ended["containers"][0].get("exitCode")
        if code == 0:
            tell("The database's schema is up to date.")
            return
        reason = ended.get("stoppedReason", "no reason given")
        may_follow = ended.get("stopCode") == "TaskFailedToStart" and any(text in reason for text in NOT_YET)
        if not may_follow or start == STARTS:
            said = "\n".join(_log_lines(task, logs, arn))
            raise MigrationError(f"{reason} (exit code {code}); {log}\n{said}".rstrip())
        tell(f"The task could not start yet: {reason}")
        pause(START_PAUSE_SECONDS)


def _task(options: argparse.Namespace) -> MigrationTask:
    if options.task:
        return MigrationTask.of(json.loads(options.task))
    outputs = read(options.outputs, (*TARGET, "migration_task"))
    Target.of(outputs).require(options.stack, changes=True)
    return MigrationTask.of(outputs["migration_task"])


def _start(task: MigrationTask, ecs: Any) -> str:
    answer = ecs.run_task(
        cluster=task.cluster,
        taskDefinition=task.task_definition,
        launchType="FARGATE",
        startedBy=STARTED_BY,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": task.subnet_ids,
                "securityGroups": task.security_group_ids,
                "assignPublicIp": "DISABLED",
            }
        },
    )
    if answer["failures"]:
        raise MigrationError(f"ECS could not place the task: {answer['failures']}")
    return str(answer["tasks"][0]["taskArn"])


@dataclass
class _Wait:
    """Waits for the end of a task. ECS may not show a new task for a moment."""

    task: MigrationTask
    ecs: Any
    tell: Callable[[str], object]
    pause: Callable[[float], None]
    reason: str = ""

    def for_end(self, arn: str) -> dict[str, Any]:
        """Returns the description of the stopped task. Raises `MigrationError` if it does not start in time."""
        (seconds, longest), waited, started = POLL_SECONDS, 0.0, False
        while True:
            found = self.ecs.describe_tasks(cluster=self.task.cluster, tasks=[arn])["tasks"]
            described: dict[str, Any] = found[0] if found else {"lastStatus": "PENDING"}
            if described["lastStatus"] == "STOPPED":
                return described
            started = started or described["lastStatus"] == "RUNNING"
            self._tell_reason(described)
            if not started and waited > START_WITHIN_SECONDS:
                self.ecs.stop_task(cluster=self.task.cluster, task=arn, reason="It did not start in time.")
                raise MigrationError(f"the task {arn} did not start within {waited:.0f} s. {self.reason}")
            self.pause(seconds)
            waited += seconds
            seconds = min(seconds * 1.1, longest)

    def _tell_reason(self, described: Mapping[str, Any]) -> None:
        for container in described.get("containers", []):
            reason = container.get("reason", "")
            if reason and reason != self.reason:
                self.reason = reason
                self.tell(reason)


def _stream(task: MigrationTask, arn: str) -> str:
    """Returns the name of the task's log stream. Its prefix is the name of the container.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
    """
    return f"{task.container}/{task.container}/{arn.rpartition('/')[2]}"


def _log_lines(task: MigrationTask, logs: Any, arn: str) -> list[str]:
    try:
        found = logs.get_log_events(logGroupName=task.log_group, logStreamName=_stream(task, arn), limit=LOG_LINES)
    except (BotoCoreError, ClientError) as error:
        return [f"(its log cannot be read: {error})"]
    return [event["message"] for event in found["events"]]


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
