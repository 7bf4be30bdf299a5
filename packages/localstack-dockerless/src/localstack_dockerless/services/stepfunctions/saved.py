"""Saves executions of state machines. An execution that LocalStack's end interrupted is FAILED in the loaded state.

Its thread has ended, and the progress of its last step is unknown. It is reported like any failed execution: by its
status, a history event, the metric `ExecutionsFailed` and an event of EventBridge.
"""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from localstack.aws.api.stepfunctions import HistoryEvent, MapRunStatus
from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.iteration.itemprocessor.map_run_record import (  # noqa: E501 -- LocalStack's name
    MapRunRecord,
    MapRunRecordPoolManager,
)
from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
from localstack.services.stepfunctions.backend.execution import Execution, SyncExecution
from localstack.services.stepfunctions.backend.execution_worker import ExecutionWorker, SyncExecutionWorker
from localstack.services.stepfunctions.backend.store import sfn_stores

from localstack_dockerless.services.cloudwatch.executions import count_end
from localstack_dockerless.state.load import when_ready
from localstack_dockerless.state.reductions import reduce_by
from localstack_dockerless.state.registries import keep

ERROR = "Emulator.Stopped"
CAUSE = "LocalStack ended while this execution was under way."


class History:
    """Replaces the worker, environment and event manager of an execution that has ended."""

    def __init__(self, events: list[HistoryEvent], map_runs: Sequence[MapRunRecord] = ()) -> None:
        self.events = events
        runs = MapRunRecordPoolManager()
        for run in map_runs:
            runs.add(run)
        self.env = SimpleNamespace(event_manager=self, map_run_record_pool_manager=runs)
        self._history_event_list = events  # the name in LocalStack's event manager

    def get_event_history(self) -> list[HistoryEvent]:
        return self.events

    def stop(self, **_named: Any) -> None:
        """Does nothing: no worker runs."""


def _history_of(worker: Any) -> tuple[type[History], tuple[list[HistoryEvent], list[MapRunRecord]]]:
    """Returns the history without its lock.

    The lock's owner may be writing to CloudWatch Logs, which waits for the save.
    """
    if worker.env is None:
        return History, ([], [])
    events = list(worker.env.event_manager._history_event_list)  # noqa: SLF001
    return History, (events, worker.env.map_run_record_pool_manager.get_all())


def _nothing() -> None:
    return None


for _kind in (ExecutionWorker, SyncExecutionWorker):
    reduce_by(_kind, _history_of)
reduce_by(History, _history_of)
reduce_by(CloudWatchLoggingSession, lambda _session: (_nothing, ()))  # it has written its last line


def _fail_interrupted(_saved: None) -> None:
    interrupted = [
        execution
        for _, _, store in sfn_stores.iter_stores()
        for execution in store.executions.values()
        if execution.exec_status == "RUNNING"
    ]
    for execution in interrupted:
        _fail(execution)
    when_ready(lambda: _report(interrupted))


def _fail(execution: Execution) -> None:
    execution.stop_date = datetime.now(UTC)
    execution.exec_status, execution.error, execution.cause = "FAILED", ERROR, CAUSE
    if isinstance(execution, SyncExecution):
        execution.sync_execution_status = "FAILED"
    events = execution.exec_worker.events if execution.exec_worker else []
    for run in execution.exec_worker.env.map_run_record_pool_manager.get_all() if execution.exec_worker else []:
        if run.stop_date is None:
            run.set_stop(MapRunStatus.ABORTED)
    last = events[-1]["id"] if events else 0
    events.append(
        HistoryEvent(
            id=last + 1,
            previousEventId=last,
            type="ExecutionFailed",
            timestamp=execution.stop_date,
            executionFailedEventDetails={"error": ERROR, "cause": CAUSE},
        )
    )


def _report(executions: list[Execution]) -> None:
    for execution in executions:
        count_end(execution)
        threading.Thread(
            target=execution.publish_execution_status_change_event, name="interrupted", daemon=True
        ).start()


keep("stepfunctions", "interrupted executions", lambda: None, _fail_interrupted)
