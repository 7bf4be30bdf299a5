"""Makes the child executions of a distributed Map. Each is an execution in LocalStack's store, like any other.

So DescribeExecution, GetExecutionHistory, StopExecution, the state machine's log and the saved state have it.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-examine-map-run.html
"""

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localstack.services.stepfunctions.asl.component.program.program import Program
from localstack.services.stepfunctions.asl.eval.evaluation_details import EvaluationDetails
from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
from localstack.services.stepfunctions.backend.execution import Execution
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker
from localstack.utils.strings import long_uid


class ChildWorker(ExecutionWorker):  # type: ignore[misc]  # untyped here
    """Runs the states of the ItemProcessor. It calls `ended` at its end, however it ends."""

    program: Program | None
    ended: Callable[[], None] | None

    def _get_evaluation_entrypoint(self) -> Program | None:
        return self.program

    def _execution_logic(self) -> None:
        try:
            super()._execution_logic()
        finally:
            if self.ended is not None:
                self.ended()


class ChildExecution(Execution):  # type: ignore[misc]  # untyped here
    """Is the execution of one item of a map run."""

    map_run_arn: str
    program: Program | None
    ended: Callable[[], None] | None

    def to_describe_output(self) -> Any:
        return {**super().to_describe_output(), "mapRunArn": self.map_run_arn}

    def to_execution_list_item(self) -> Any:
        return {**super().to_execution_list_item(), "mapRunArn": self.map_run_arn}

    def _get_start_execution_worker(self) -> ChildWorker:
        worker = ChildWorker(
            evaluation_details=EvaluationDetails(
                aws_execution_details=self._get_start_aws_execution_details(),
                execution_details=self.get_start_execution_details(),
                state_machine_details=self.get_start_state_machine_details(),
            ),
            exec_comm=self._get_start_execution_worker_comm(),
            cloud_watch_logging_session=self._cloud_watch_logging_session,
            activity_store=self._activity_store,
        )
        worker.program, worker.ended = self.program, self.ended
        self.program = self.ended = None  # the saved state has neither
        return worker


@dataclass(frozen=True)
class Parent:
    """Holds the execution with the Map, the store of executions, the Map's run and its states."""

    execution: Execution
    store: Any
    record: Any
    program: Program
    state: Mapping[str, Any]

    def start(self, item_input: Any, ended: Callable[[ChildExecution], None]) -> ChildExecution:
        """Starts the execution of one item. `ended` gets the execution at its end."""
        name = long_uid()
        arn = f"{self.record.map_state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}"
        machine = self._machine()
        logging = machine.cloud_watch_logging_configuration
        child = ChildExecution(
            name=name,
            sm_type=machine.sm_type,
            role_arn=self.execution.role_arn,
            exec_arn=arn,
            account_id=self.execution.account_id,
            region_name=self.execution.region_name,
            state_machine=machine,
            start_date=datetime.now(UTC),
            cloud_watch_logging_session=CloudWatchLoggingSession(arn, logging) if logging else None,
            activity_store=self.store.activities,
            input_data=item_input,
        )
        child.map_run_arn = self.record.map_run_arn
        child.program, child.ended = self.program, lambda: ended(child)
        self.store.executions[arn] = child
        child.start()
        return child

    def _machine(self) -> Any:
        """Returns the state machine of the children. AWS names it by the Map's label."""
        machine = copy.copy(self.execution.state_machine)
        machine.arn = machine.source_arn = self.record.map_state_machine_arn
        machine.definition = json.dumps(self.state.get("ItemProcessor") or self.state.get("Iterator"))
        return machine
