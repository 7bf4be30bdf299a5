"""Starts ECS tasks as the target of a rule.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_EcsParameters.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/tasks-scheduled-eventbridge-scheduler.html

The target is the cluster, and `EcsParameters` has the task. An input of the target is the overrides of the task. The
event itself is not passed on, as on AWS.
"""

from typing import Any

from localstack.services.events.target import ECSTargetSender

from localstack_dockerless.services.events.inputs import Rule, target_input
from localstack_dockerless.services.events.task_requests import run_task_request

INPUTS = ("Input", "InputPath", "InputTransformer")


class TaskNotStartedError(Exception):
    """ECS started no task. The text has its reasons."""


class TaskSender(ECSTargetSender):  # type: ignore[misc]  # LocalStack is not typed
    """Calls RunTask with the target's role."""

    def process_event(self, event: Any, trace_header: Any) -> None:
        given = any(name in self.target for name in INPUTS)
        overrides = target_input(self.target, event, Rule(self.rule_arn, self.rule_name)) if given else None
        answer = self.client.run_task(**run_task_request(self.target, self.rule_name, overrides))
        if failures := answer.get("failures"):
            raise TaskNotStartedError(", ".join(str(each.get("reason")) for each in failures))
