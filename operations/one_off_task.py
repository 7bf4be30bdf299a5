"""Runs a command once in a task of ECS, beside the service, and waits for its end.

The database is in private subnets, so an operator's machine does not reach it. The task does.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/standalone-task-create.html
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

POLL_SECONDS = 1.0

OUTPUT = "migration_task"
"""Terraform's output with the task definition, its container and where it runs."""


class TaskError(Exception):
    """The task did not start, or its command failed. The message says why."""


def run_task(
    ecs: Any, task: Mapping[str, Any], command: Sequence[str], *, pause: Callable[[float], None] = time.sleep
) -> str:
    """Runs `command` in the container of `task`, the output `migration_task`. Returns the task's ARN.

    Raises `TaskError` with the task's ARN, which names the stream of its log, if the exit code is not 0.
    """
    answer = ecs.run_task(
        cluster=task["cluster"],
        taskDefinition=task["task_definition"],
        launchType="FARGATE",
        count=1,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": task["subnet_ids"],
                "securityGroups": task["security_group_ids"],
                "assignPublicIp": "DISABLED",
            }
        },
        overrides={"containerOverrides": [{"name": task["container"], "command": list(command)}]},
    )
    if answer["failures"] or not answer["tasks"]:
        reasons = ", ".join(str(failure.get("reason")) for failure in answer["failures"])
        raise TaskError(f"ECS starts no task for `{' '.join(command)}`: {reasons or 'no reason given'}")
    arn = str(answer["tasks"][0]["taskArn"])
    while (found := _described(ecs, task["cluster"], arn))["lastStatus"] != "STOPPED":
        pause(POLL_SECONDS)
    container = next(each for each in found["containers"] if each["name"] == task["container"])
    if container.get("exitCode") != 0:
        why = container.get("reason") or found.get("stoppedReason") or ""
        raise TaskError(f"`{' '.join(command)}` failed with {container.get('exitCode')} in {arn}: {why}")
    return arn


def _described(ecs: Any, cluster: str, arn: str) -> Mapping[str, Any]:
    answer = ecs.describe_tasks(cluster=cluster, tasks=[arn])
    if not answer["tasks"]:
        raise TaskError(f"ECS does not know {arn} any more")
    found: Mapping[str, Any] = answer["tasks"][0]
    return found
