"""Starts an execution of the pipeline and follows it state by state."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.observe.running import RunningStack
from operations import run_day
from operations.execution_history import (
    Failure,
    StateResult,
    history_of,
    readable_cause,
    states_left,
    states_of_map,
)

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Says how an execution ended. `status` is SUCCEEDED, FAILED, TIMED_OUT or ABORTED."""

    status: str
    seconds: float
    output: Any
    failure: Failure | None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"


def start(stack: RunningStack, pipeline_input: dict[str, Any]) -> str:
    """Starts the state machine. Returns the execution's ARN."""
    return run_day.start(stack.client("stepfunctions"), stack.outputs["state_machine_arn"], pipeline_input)


def follow(stack: RunningStack, execution_arn: str) -> Iterator[StateResult | Outcome]:
    """Yields each state when the execution leaves it, then the outcome."""
    client: SFNClient = stack.client("stepfunctions")
    shown, first = 0, None
    while True:
        execution = client.describe_execution(executionArn=execution_arn)
        states = states_left(history_of(client, execution_arn))
        for state in states[shown:]:
            inside = states_of_map(client, state) if state.map_run else [state]
            first = first or next((each.failure for each in inside if each.failure), None)
            yield from inside
        shown = len(states)
        if execution["status"] != "RUNNING":
            yield _outcome(dict(execution), first)
            return
        time.sleep(_POLL_SECONDS)


def _outcome(execution: dict[str, Any], first: Failure | None) -> Outcome:
    seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
    if execution["status"] == "SUCCEEDED":
        return Outcome("SUCCEEDED", seconds, json.loads(execution["output"]), None)
    own = Failure(execution.get("error", execution["status"]), readable_cause(execution.get("cause", "")))
    return Outcome(execution["status"], seconds, None, first or own)
