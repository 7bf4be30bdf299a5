"""LocalStack stores no log of an invocation: the executor has sent it, each event with its own time and group."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Each log event would be stored twice.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)


@PATCH.wraps("localstack.services.lambda_.invocation.version_manager:LambdaVersionManager.store_logs")
def store_logs(_original: Any, _self: Any, **_named: Any) -> None:
    """Does nothing."""
