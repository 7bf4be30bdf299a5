"""Starts an execution of the pipeline and follows it state by state."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.observe.execution_history import Failure, StateResult, readable_cause, states_left, states_of_executions
from local.observe.running import RunningStack
from operations import run_day

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
        states = states_left(_history(client, execution_arn))
        for state in states[shown:]:
            inside = _states_of_map(client, state) if state.map_run else [state]
            first = first or next((each.failure for each in inside if each.failure), None)
            yield from inside
        shown = len(states)
        if execution["status"] != "RUNNING":
            yield _outcome(dict(execution), first)
            return
        time.sleep(_POLL_SECONDS)


def _history(client: "SFNClient", execution_arn: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    return [dict(event) for page in pages for event in page["events"]]


def _states_of_map(client: "SFNClient", state: StateResult) -> list[StateResult]:
    """Returns the states of a distributed Map's executions. A Map that failed without them tells its own failure."""
    pages = client.get_paginator("list_executions").paginate(mapRunArn=state.map_run)
    executions = [execution["executionArn"] for page in pages for execution in page["executions"]]
    inside = states_of_executions(_history(client, execution) for execution in executions)
    return inside if not state.failure or any(each.failure for each in inside) else [*inside, state]


def _outcome(execution: dict[str, Any], first: Failure | None) -> Outcome:
    seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
    if execution["status"] == "SUCCEEDED":
        return Outcome("SUCCEEDED", seconds, json.loads(execution["output"]), None)
    own = Failure(execution.get("error", execution["status"]), readable_cause(execution.get("cause", "")))
    return Outcome(execution["status"], seconds, None, first or own)
