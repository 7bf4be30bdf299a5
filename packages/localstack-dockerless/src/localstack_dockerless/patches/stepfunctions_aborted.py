"""An execution that is stopped in the middle of a Map is ABORTED.

The Map's error is not taken after the stop. Where the error came at the same moment, it does not decide the status.
"""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The Map that was cut off raises an error, which makes the execution FAILED.",
    source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html",
    when="stepfunctions",
)


@PATCH.wraps("localstack.services.stepfunctions.asl.eval.environment:Environment.set_error")
def set_error(original: Any, self: Any, error: Any) -> None:
    from localstack.services.stepfunctions.asl.eval.program_state import ProgramStopped  # noqa: PLC0415 -- slow

    if not isinstance(self.program_state(), ProgramStopped):
        original(self, error)


@PATCH.wraps("localstack.services.stepfunctions.backend.execution:Execution.stop")
def stop(original: Any, self: Any, *arguments: Any, **named: Any) -> None:
    self.is_stopped = True
    original(self, *arguments, **named)


@PATCH.wraps(
    "localstack.services.stepfunctions.backend.execution:BaseExecutionWorkerCommunication._reflect_execution_status"
)
def reflect_execution_status(original: Any, self: Any) -> None:
    original(self)
    if getattr(self.execution, "is_stopped", False) and self.execution.exec_status == "FAILED":
        self.execution.exec_status = "ABORTED"
