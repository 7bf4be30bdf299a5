"""Step Functions publishes the metrics of executions."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.cloudwatch import executions

PATCH = Patch(
    why="LocalStack publishes none.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html",
    when="stepfunctions",
)


@PATCH.wraps("localstack.services.stepfunctions.backend.execution:Execution.start")
def start(original: Any, self: Any) -> None:
    original(self)
    executions.count_start(self)


@PATCH.wraps("localstack.services.stepfunctions.backend.execution:BaseExecutionWorkerCommunication.terminated")
def terminated(original: Any, self: Any) -> None:
    original(self)
    executions.count_end(self.execution)
