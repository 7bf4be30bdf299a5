"""Checks requests to Step Functions before LocalStack sees them.

This module imports LocalStack's Step Functions only at the service's first call, because that takes 3 s.
"""

import json
from collections.abc import Iterator
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import modify_service_response, serve_custom_service_request_handlers

from localstack_dockerless.services.stepfunctions.map_runs import refusals as map_run_refusals


class ChildrenOf(str):
    """Is the ARN of a state machine in a request for the executions of one of its map runs.

    LocalStack's ListExecutions knows no map run. `patches/stepfunctions_map_runs.py` selects the executions.
    """

    __slots__ = ("map_run_arn",)
    map_run_arn: str

    @classmethod
    def run(cls, map_run_arn: str) -> "ChildrenOf":
        arn = cls(map_run_arn.replace(":mapRun:", ":stateMachine:").rpartition("/")[0])
        arn.map_run_arn = map_run_arn
        return arn


DEFINES = {"CreateStateMachine", "UpdateStateMachine", "ValidateStateMachineDefinition", "TestState"}


def register() -> None:
    """Adds the handlers to LocalStack's request chain, at its start."""
    serve_custom_service_request_handlers.append(check_request)
    modify_service_response.append("stepfunctions", keep_settings)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Is a handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or context.service.service_name != "stepfunctions" or context.operation is None:
        return
    request, operation = context.service_request or {}, context.operation.name
    if operation in DEFINES and "JSONata" in _languages(request.get("definition")):
        message = f"{operation} with QueryLanguage JSONata is not supported by this emulator: use JSONPath."
        raise CommonServiceException("InternalFailure", message, status_code=501)
    if operation in DEFINES:
        map_run_refusals.check(operation, request.get("definition"))
    if operation == "ListExecutions" and request.get("mapRunArn"):
        request["stateMachineArn"] = ChildrenOf.run(request["mapRunArn"])
    if operation == "DescribeStateMachine":
        _resolve_alias(context, request)
    if operation == "UpdateStateMachine":
        _complete_update(context, request)


def _languages(definition: str | None) -> set[Any]:
    try:
        return set(_found(json.loads(definition or "null")))
    except ValueError:
        return set()  # Step Functions itself refuses a text that is no JSON


def _found(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(language := value.get("QueryLanguage"), str):
            yield language
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _found(each)


def _resolve_alias(context: RequestContext, request: dict[str, Any]) -> None:
    """Describes an alias by a version that it routes to.

    https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html
    """
    alias = _store(context).aliases.get(request.get("stateMachineArn"))
    if alias is not None:
        request["stateMachineArn"] = alias.sample()


def _complete_update(context: RequestContext, request: dict[str, Any]) -> None:
    """Completes an update of only the tracing or the encryption. LocalStack would take it for an empty update."""
    current = _store(context).state_machines.get(request.get("stateMachineArn"))
    if current is not None and ("tracingConfiguration" in request or "encryptionConfiguration" in request):
        request.setdefault("roleArn", current.role_arn)


def keep_settings(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Keeps the settings that LocalStack drops, after a call that succeeded."""
    if context.operation.name not in ("CreateStateMachine", "UpdateStateMachine") or not context.service_response:
        return
    request, answer = context.service_request, context.service_response
    machines = _store(context).state_machines
    arn = answer.get("stateMachineArn") or request.get("stateMachineArn")
    for machine in (machines.get(arn), machines.get(answer.get("stateMachineVersionArn"))):
        if machine is not None:
            if "tracingConfiguration" in request:
                machine.tracing_config = request["tracingConfiguration"]
            if "encryptionConfiguration" in request:
                machine.encryption_config = request["encryptionConfiguration"]


def _store(context: RequestContext) -> Any:
    from localstack.services.stepfunctions.backend.store import sfn_stores  # noqa: PLC0415 -- takes 3 s

    return sfn_stores[context.account_id][context.region]
