"""One execution of the pipeline, started and followed state by state."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.stack.running import RunningStack

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_POLL_SECONDS = 0.2
_FAILED_EVENTS = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a state or an execution failed: the error's name and what it says."""

    error: str
    cause: str


@dataclass(frozen=True, slots=True)
class StateResult:
    """A state that was left: its Lambda function's result, or `failure` when its task failed and was caught."""

    name: str
    seconds: float
    result: Any
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the execution ended: its status is SUCCEEDED, FAILED, TIMED_OUT or ABORTED."""

    status: str
    seconds: float
    output: Any
    failure: Failure | None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"


def start(stack: RunningStack, pipeline_input: dict[str, Any]) -> str:
    """Start the state machine; returns the execution's ARN."""
    answer = stack.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps(pipeline_input)
    )
    return str(answer["executionArn"])


def follow(stack: RunningStack, execution_arn: str) -> Iterator[StateResult | Outcome]:
    """Each state as it is left, then the outcome."""
    client: SFNClient = stack.client("stepfunctions")
    shown = 0
    while True:
        execution = client.describe_execution(executionArn=execution_arn)
        states = states_left(_history(client, execution_arn))
        yield from states[shown:]
        shown = len(states)
        if execution["status"] != "RUNNING":
            yield _outcome(dict(execution), states)
            return
        time.sleep(_POLL_SECONDS)


def states_left(events: list[dict[str, Any]]) -> list[StateResult]:
    """The states that an execution's history tells have been left, in order."""
    results: list[StateResult] = []
    entered: dict[str, datetime] = {}
    failure: Failure | None = None
    result: Any = None
    for event in events:
        if details := event.get("stateEnteredEventDetails"):
            entered[details["name"]] = event["timestamp"]
            failure, result = None, None
        elif details := event.get("taskSucceededEventDetails"):
            failure, result = None, _function_result(details.get("output", "null"))
        elif event["type"] in _FAILED_EVENTS:
            failure = _failure_of(event)
        elif details := event.get("stateExitedEventDetails"):
            name = details["name"]
            seconds = (event["timestamp"] - entered[name]).total_seconds()
            results.append(StateResult(name, seconds, result, failure))
    return results


def _history(client: "SFNClient", execution_arn: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    return [dict(event) for page in pages for event in page["events"]]


def _function_result(output: str) -> Any:
    """What the function answered, inside what the `lambda:invoke` integration makes of it."""
    answer = json.loads(output)
    return answer.get("Payload") if isinstance(answer, dict) else None


def _failure_of(event: dict[str, Any]) -> Failure:
    details = next(value for name, value in event.items() if name.endswith("EventDetails"))
    return Failure(details.get("error", event["type"]), readable_cause(details.get("cause", "")))


def _outcome(execution: dict[str, Any], states: list[StateResult]) -> Outcome:
    seconds = (execution["stopDate"] - execution["startDate"]).total_seconds()
    if execution["status"] == "SUCCEEDED":
        return Outcome("SUCCEEDED", seconds, json.loads(execution["output"]), None)
    first = next((state.failure for state in states if state.failure), None)
    own = Failure(execution.get("error", execution["status"]), readable_cause(execution.get("cause", "")))
    return Outcome(execution["status"], seconds, None, first or own)


def readable_cause(cause: str) -> str:
    """The error message inside a cause, which is JSON when a Lambda function failed."""
    try:
        parsed = json.loads(cause)
    except ValueError:
        return cause.strip()
    return str(parsed.get("errorMessage", cause)).strip() if isinstance(parsed, dict) else cause
