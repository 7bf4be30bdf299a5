"""A task token is good until its task ends. A later call with it gets TaskTimedOut, whatever ended the task."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="SendTaskFailure takes a token of an ended task, and the other calls name another error.",
    source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html",
    when="stepfunctions",
)


@PATCH.wraps("localstack.services.stepfunctions.provider:StepFunctionsProvider.send_task_success")
def send_task_success(original: Any, self: Any, context: Any, task_token: str, output: str, **named: Any) -> Any:
    _refuse_ended(self.get_store(context), task_token)
    return original(self, context=context, task_token=task_token, output=output, **named)


@PATCH.wraps("localstack.services.stepfunctions.provider:StepFunctionsProvider.send_task_failure")
def send_task_failure(original: Any, self: Any, context: Any, task_token: str, **named: Any) -> Any:
    _refuse_ended(self.get_store(context), task_token)
    return original(self, context=context, task_token=task_token, **named)


@PATCH.wraps("localstack.services.stepfunctions.provider:StepFunctionsProvider.send_task_heartbeat")
def send_task_heartbeat(original: Any, self: Any, context: Any, task_token: str, **named: Any) -> Any:
    _refuse_ended(self.get_store(context), task_token)
    return original(self, context=context, task_token=task_token, **named)


def _refuse_ended(store: Any, token: str) -> None:
    from localstack.aws.api.stepfunctions import TaskTimedOut  # noqa: PLC0415 -- Step Functions takes 3 s to import

    for execution in list(store.executions.values()):
        # An execution that was loaded from a saved state has no worker.
        task = execution.exec_worker.env.callback_pool_manager.get(token) if execution.exec_worker else None
        if task is not None and _is_ended(execution, task):
            raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")


def _is_ended(execution: Any, task: Any) -> bool:
    return execution.exec_status != "RUNNING" or task.consumer_error is not None or task.get_outcome() is not None
