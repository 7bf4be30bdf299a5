"""Step Functions' metrics of executions, which LocalStack does not publish, and the state of one that is stopped.

Names and dimension: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.eval.environment import Environment
from localstack.services.stepfunctions.asl.eval.program_state import ProgramStopped
from localstack.services.stepfunctions.backend.execution import BaseExecutionWorkerCommunication, Execution
from localstack.utils.patch import patch

from localstack_dockerless.services.cloudwatch.metrics import Metric, record

ENDED = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def count_executions() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""

    @patch(Execution.start)  # type: ignore[untyped-decorator]
    def start(original: Callable[..., None], self: Execution) -> None:
        original(self)
        _count(self, "ExecutionsStarted")

    @patch(BaseExecutionWorkerCommunication.terminated)  # type: ignore[untyped-decorator]
    def terminated(original: Callable[..., None], self: BaseExecutionWorkerCommunication) -> None:
        original(self)
        count_end(self.execution)


def count_end(execution: Execution) -> None:
    """Publish the metrics of an execution that has just ended."""
    _count(execution, ENDED[execution.exec_status])
    took = (execution.stop_date - execution.start_date).total_seconds() * 1000
    _count(execution, "ExecutionTime", took, "Milliseconds")


def keep_aborted() -> None:
    """An execution that is stopped in the middle of a Map is ABORTED.

    LocalStack 4.14.0 lets an error of the Map that was cut off make it FAILED. Here the error is not taken after the
    stop; where it came in at the same moment, it does not decide. Raises `AttributeError` on another LocalStack.
    """

    @patch(Environment.set_error)  # type: ignore[untyped-decorator]
    def set_error(original: Callable[..., None], self: Environment, error: Any) -> None:
        if not isinstance(self.program_state(), ProgramStopped):
            original(self, error)

    @patch(Execution.stop)  # type: ignore[untyped-decorator]
    def stop(original: Callable[..., None], self: Execution, *arguments: Any, **named: Any) -> None:
        self.is_stopped = True
        original(self, *arguments, **named)

    @patch(BaseExecutionWorkerCommunication._reflect_execution_status)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def reflect_execution_status(original: Callable[..., None], self: BaseExecutionWorkerCommunication) -> None:
        original(self)
        if getattr(self.execution, "is_stopped", False) and self.execution.exec_status == "FAILED":
            self.execution.exec_status = "ABORTED"


def _count(execution: Any, name: str, value: float = 1, unit: str = "Count") -> None:
    dimension = (("StateMachineArn", execution.state_machine_arn),)
    record(Metric(execution.account_id, execution.region_name, "AWS/States", name, dimension, unit), value)
