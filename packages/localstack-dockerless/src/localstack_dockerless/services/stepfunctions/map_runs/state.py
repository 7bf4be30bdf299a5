"""Replaces what LocalStack does for a distributed Map state.

LocalStack runs the items inside the parent's execution. An item that fails does not fail the Map there, and the result
files stay empty. It also checks no permission for the child executions.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api.stepfunctions import (
    HistoryEventType,
    MapRunFailedEventDetails,
    MapRunStartedEventDetails,
    MapRunStatus,
)
from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import FailureEventException
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.eval.states import ItemData, MapData
from localstack.services.stepfunctions.asl.utils.boto_client import boto_client_for
from localstack.services.stepfunctions.backend.store import sfn_stores

from localstack_dockerless.iam.acting import act_for
from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import session_of
from localstack_dockerless.services.stepfunctions.map_runs import errors
from localstack_dockerless.services.stepfunctions.map_runs.children import Parent
from localstack_dockerless.services.stepfunctions.map_runs.dispatch import MapRun
from localstack_dockerless.services.stepfunctions.map_runs.results import count_written, write_results
from localstack_dockerless.services.stepfunctions.map_runs.tolerance import Tolerance

FOLLOWING = ("DescribeExecution", "StopExecution")
"""AWS documents these rights too, for executions named after the state machine. The ARN of a child execution has the
Map's label instead, so they cover none. They are recorded for the report, and refuse nothing.

https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
"""


def run_iterations(self: Any, env: Any) -> None:
    """Replaces `DistributedIterationComponent._eval_body`: reads the items and runs an execution for each."""
    given = env.stack.pop()
    record = given.map_run_record
    _add_event(env, "MapRunStarted", mapRunStartedEventDetails=MapRunStartedEventDetails(mapRunArn=record.map_run_arn))
    try:
        items = _items(given, env)
        run = env.map_run = _map_run(self, env, given, items)
        if run.run():
            count_written(run)
            env.stack.append(run.outputs())
        elif env.is_running():
            raise errors.exceeded(env)
        else:
            raise errors.stopped(env)
    except FailureEventException as error:
        _fail(env, record, error)
        raise
    _add_event(env, "MapRunSucceeded")
    record.set_stop(status=MapRunStatus.SUCCEEDED)


def evaluate(original: Callable[[Any, Any], None], self: Any, env: Any) -> None:
    """Wraps `StateMap._eval_execution`. A map run that fails has result files too."""
    # The role is assumed for this state machine, when the items are read and the results are written.
    act_for("states", _machine_arn(env))
    env.map_run, env.map_input = None, env.stack[-1]
    try:
        original(self, env)
    except FailureEventException:
        if self.result_writer is not None and env.map_run is not None and not env.map_run.is_written:
            with suppress(FailureEventException):
                env.stack.append(None)
                self.result_writer.eval(env)
                env.stack.pop()
        raise


def write(original: Callable[[Any, Any], None], self: Any, env: Any) -> None:
    """Wraps `ResultWriter._eval_body`, whose paths are paths of the Map's input. LocalStack takes the outputs."""
    env.stack.append(env.map_input)
    original(self, env)


def put_results(env: Any, resource_runtime_part: Any, state_credentials: Any) -> None:
    """Replaces `ResourceEvalS3._handle_put_object` of the ResultWriter."""
    parameters = env.stack.pop()
    del env.stack[-2:]  # the Map's input and the outputs
    env.map_run.is_written = True
    s3 = boto_client_for(service="s3", region=resource_runtime_part.region, state_credentials=state_credentials)
    env.stack.append(write_results(env.map_run, s3, parameters["Bucket"], parameters.get("Prefix", "")))


def _items(given: Any, env: Any) -> list[Any]:
    if given.item_reader is None:
        return list(given.input_items)
    try:
        given.item_reader.eval(env=env)
    except (ClientError, ValueError) as error:
        raise errors.items_not_read(env, str(error)) from error
    items: list[Any] = env.stack.pop()
    return items


def _map_run(component: Any, env: Any, given: Any, items: list[Any]) -> MapRun:
    details, context = env.aws_execution_details, env.states.context_object.context_object_data
    store = sfn_stores[details.account][details.region]
    execution = store.executions[context["Execution"]["Id"]]
    state = _definition_of(json.loads(execution.state_machine.definition), given.state_name)
    parent = Parent(execution, store, given.map_run_record, component._get_iteration_program(), state)  # noqa: SLF001
    return MapRun(
        env,
        parent,
        Tolerance.of(state, given.tolerated_failure_count, given.tolerated_failure_percentage),
        items,
        partial(_input_of, env, given, env.stack[-1]),
        _permission(env, given.map_run_record),
    )


def _input_of(env: Any, given: Any, state_input: Any, index: int, item: Any) -> Any:
    """Returns the input of an item's execution: the item, or what the ItemSelector makes of it."""
    selector = given.item_selector or given.parameters
    if selector is None:
        return item
    frame = env.open_inner_frame()
    try:
        frame.states.context_object.context_object_data["Map"] = MapData(Item=ItemData(Index=index, Value=item))
        frame.states.reset(input_value=state_input)
        frame.stack = [state_input]
        selector.eval(frame)
        return frame.stack[-1]
    finally:
        env.delete_frame(frame)


def _permission(env: Any, record: Any) -> Callable[[], None]:
    """Returns a function that requires the right to start a child execution, and records the other rights once."""
    role, region, machine = env.aws_execution_details.role_arn, env.aws_execution_details.region, _machine_arn(env)
    principal = session_of(role, "MapRun", "states.amazonaws.com")
    executions = machine.replace(":stateMachine:", ":execution:")
    for action in FOLLOWING:
        with suppress(DeniedError):
            authorize(
                principal, Need(f"states:{action}", f"{executions}:{record.map_run_arn.rpartition(':')[2]}"), region
            )

    def may_start() -> None:
        try:
            authorize(principal, Need("states:StartExecution", machine), region)
        except DeniedError as error:
            raise errors.not_permitted(env, str(error)) from error

    return may_start


def _machine_arn(env: Any) -> str:
    return str(env.states.context_object.context_object_data["StateMachine"]["Id"])


def _definition_of(definition: Any, name: str) -> Mapping[str, Any]:
    """Returns the Map state of that name. AWS wants each name to be unique within a definition."""
    return next(found for found in _states(definition) if found[0] == name)[1]


def _states(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, list):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "States" and isinstance(inner, dict):
                yield from inner.items()
            yield from _states(inner)


def _fail(env: Any, record: Any, error: FailureEventException) -> None:
    if error.failure_event.event_type == HistoryEventType.MapRunAborted:
        _add_event(env, "MapRunAborted")
        record.set_stop(status=MapRunStatus.ABORTED)
        return
    name, cause = error.extract_error_cause_pair() or (None, None)
    details = MapRunFailedEventDetails(**{key: text for key, text in (("error", name), ("cause", cause)) if text})
    _add_event(env, "MapRunFailed", mapRunFailedEventDetails=details)
    record.set_stop(status=MapRunStatus.FAILED)


def _add_event(env: Any, kind: str, **details: Any) -> None:
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=getattr(HistoryEventType, kind),
        event_details=EventDetails(**details) if details else None,
    )
