"""Reads the results of an execution's states from its history."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

_FAILED_EVENTS = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut", "MapRunFailed")


@dataclass(frozen=True, slots=True)
class Failure:
    """Says why a state or an execution failed, with the error's name and its message."""

    error: str
    cause: str


@dataclass(frozen=True, slots=True)
class StateResult:
    """Describes a state that the execution has left, with its function's result or the `failure` that was caught.

    A state inside a Map runs `times` times. Then `result` is the sum of the results. A distributed Map has the ARN of
    its run instead: its states are in the histories of its executions.
    """

    name: str
    seconds: float
    result: Any
    failure: Failure | None
    times: int = 1
    map_run: str = ""


@dataclass(slots=True)
class _State:
    """Describes a state that the execution has entered. `parent` is the Map around it."""

    name: str
    entered: datetime
    parent: "_State | None"
    is_work: bool
    left: datetime | None = None
    result: Any = None
    failure: Failure | None = None
    map_run: str = ""
    inside: list["_State"] = field(default_factory=list)


def history_of(client: "SFNClient", execution_arn: str) -> list[dict[str, Any]]:
    """Returns all events of an execution, in order."""
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
    return [dict(event) for page in pages for event in page["events"]]


def states_of_map(client: "SFNClient", state: StateResult, most: int | None = None) -> list[StateResult]:
    """Returns the states of a distributed Map's executions. A Map that failed without them tells its own failure.

    Returns the Map itself where it has more than `most` executions, because each one's history is a request.
    """
    pages = client.get_paginator("list_executions").paginate(mapRunArn=state.map_run)
    executions = [execution["executionArn"] for page in pages for execution in page["executions"]]
    if most is not None and len(executions) > most:
        return [replace(state, times=len(executions))]
    inside = states_of_executions(history_of(client, execution) for execution in executions)
    return inside if not state.failure or any(each.failure for each in inside) else [*inside, state]


def states_of_executions(histories: Iterable[Sequence[dict[str, Any]]]) -> list[StateResult]:
    """Returns the states that the executions of a map run have left, each name once, like those of any Map."""
    return [_together(states) for states in _by_name([state for events in histories for state in _left(events)])]


def states_left(events: Sequence[dict[str, Any]]) -> list[StateResult]:
    """Returns the states of tasks and Maps that the execution has left, in order. Choices and the like do no work.

    The branches of a Map interleave. So an event belongs to the state of the event before it (`previousEventId`). The
    states inside a Map appear once the Map is left, each name once.
    """
    return [_together(states) for state in _left(events) for states in _by_name(state.inside or [state])]


def _left(events: Sequence[dict[str, Any]]) -> list[_State]:
    """Returns the states outside any Map that the execution has left, in order."""
    left: list[_State] = []
    at: dict[int, _State | None] = {}
    for event in events:
        before = at.get(event.get("previousEventId", 0))
        at[event["id"]] = _state_of(event, before, at)
        if "stateExitedEventDetails" in event and (state := at[event["id"]]) and state.parent is None:
            left.append(state)
    return left


def _state_of(event: dict[str, Any], before: _State | None, at: dict[int, _State | None]) -> _State | None:
    """Returns the state of an event, updated with the content of the event."""
    if details := event.get("stateEnteredEventDetails"):
        is_inside = before is not None and before.left is None
        parent = before if is_inside or before is None else before.parent
        state = _State(details["name"], event["timestamp"], parent, event["type"].startswith(("Task", "Map")))
        if state.parent:
            state.parent.inside.append(state)
        return state
    if details := event.get("stateExitedEventDetails"):
        exited = _innermost(before, details["name"], at)
        if exited:
            exited.left = event["timestamp"]
        return exited
    if before and (details := event.get("taskSucceededEventDetails")):
        before.failure, before.result = None, _function_result(details.get("output", "null"))
    elif before and (details := event.get("mapRunStartedEventDetails")):
        before.map_run = details["mapRunArn"]
    elif before and event["type"] in _FAILED_EVENTS:
        before.failure = _failure_of(event)
    return before


def _innermost(before: _State | None, name: str, at: dict[int, _State | None]) -> _State | None:
    """Returns the open state of that name: `before`, a state around it, or any open state for a Map."""
    while before is not None and before.name != name:
        before = before.parent
    return before or next((state for state in at.values() if state and state.name == name and not state.left), None)


def _by_name(states: Sequence[_State]) -> list[list[_State]]:
    """Returns the states that do work, those of a name together."""
    names: dict[str, list[_State]] = {}
    for state in states:
        if state.is_work:
            names.setdefault(state.name, []).append(state)
    return list(names.values())


def _together(states: Sequence[_State]) -> StateResult:
    left = [state.left or state.entered for state in states]
    seconds = (max(left) - min(state.entered for state in states)).total_seconds()
    failure = next((state.failure for state in states if state.failure), None)
    result = states[0].result if len(states) == 1 else _sum([state.result for state in states])
    return StateResult(states[0].name, seconds, result, failure, len(states), states[0].map_run)


def _sum(results: Sequence[Any]) -> Any:
    """Adds up results of the same shape. Values that are not numbers are left out."""
    whole = [result for result in results if isinstance(result, dict)]
    names = dict.fromkeys(name for result in whole for name in result)
    summed: dict[str, Any] = {}
    for name in names:
        values = [result[name] for result in whole if name in result]
        if all(isinstance(value, dict) for value in values):
            summed[name] = _sum(values)
        elif all(isinstance(value, int) for value in values):
            summed[name] = sum(values)
    return summed


def _function_result(output: str) -> Any:
    """Returns the function's answer from the output of the `lambda:invoke` integration."""
    answer = json.loads(output)
    return answer.get("Payload") if isinstance(answer, dict) else None


def _failure_of(event: dict[str, Any]) -> Failure:
    details = next(value for name, value in event.items() if name.endswith("EventDetails"))
    return Failure(details.get("error", event["type"]), readable_cause(details.get("cause", "")))


def readable_cause(cause: str) -> str:
    """Returns the error message of a cause. The cause of a failed Lambda function is JSON."""
    try:
        parsed = json.loads(cause)
    except ValueError:
        return cause.strip()
    return str(parsed.get("errorMessage", cause)).strip() if isinstance(parsed, dict) else cause
