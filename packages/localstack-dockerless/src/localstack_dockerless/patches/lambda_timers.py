"""The timers that end idle execution environments share a thread."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.lambda_.timers import SharedTimer

PATCH = Patch(
    why="LocalStack starts a thread for each invocation, only to end an idle environment later.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/services/lambda_/"
    "invocation/execution_environment.py",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)


@PATCH.replaces("localstack.services.lambda_.invocation.execution_environment:Timer")
def timer(_original: Any) -> Any:
    return SharedTimer
