"""Refuses requests that the Lambda API refuses, and that LocalStack 4.14.0 accepts or answers with a 500.

https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

import io
import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, ServiceException
from localstack.aws.api import lambda_ as lambda_api
from localstack.services.lambda_.invocation.models import lambda_stores

from localstack_dockerless.constraints import message, violations

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the model has managed instances' limits
OVERRIDES: Mapping[str, Mapping[str, Any]] = {"Timeout": {"max": 900}, "MemorySize": {"max": 10240}}
BY_LOCALSTACK = frozenset(
    {"FunctionName", "Qualifier", "Role", "Runtime", "Layers", "PublishTo", "CompatibleRuntimes", "StartingPosition",
     "CompatibleArchitectures", "CapacityProviderConfig", "SnapStart", "Architectures", "VpcConfig", "RoutingConfig",
     "RecursiveLoop", "StatementId", "Principal", "Action", "Payload", "InvokeMode"}
)  # fmt: skip
"""The members that LocalStack checks with AWS's answers, or that have rules of their own."""
FUNCTION = re.compile(
    r"(?:arn:aws:lambda:(?P<region>[^:]+):)?(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[\w-]+)(?::(?P<qualifier>[\w$.-]+))?"
)
DEAD_LETTERS = re.compile(r"arn:aws[\w-]*:(sqs|sns):[\w-]+:\d{12}:[\w.-]+")
LAYER_USER = re.compile(r"\d{12}|\*|arn:(aws[a-zA-Z-]*):iam::\d{12}:root")
SOURCES = frozenset({"sqs", "kinesis", "dynamodb", "kafka", "mq", "rds"})
"""The services of event sources with an ARN.

https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html
"""
_SERVICE = 2
UPDATES = {"UpdateFunctionCode", "UpdateFunctionConfiguration"}
_lock = threading.Lock()
_updating: set[str] = set()


def check(context: RequestContext) -> None:
    """Raises `ServiceException`, which becomes the answer."""
    request, operation = context.service_request or {}, context.operation
    found = list(violations(operation.input_shape, request, OVERRIDES, BY_LOCALSTACK)) if operation.input_shape else []
    if found:
        raise _error("ValidationException", message(found))
    if rule := _RULES.get(operation.name):
        rule(context, request)
    if operation.name in UPDATES:
        _claim(context, request)


def release(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Ends the claim of an update, as a finalizer of LocalStack's request chain."""
    if claimed := getattr(context, "emulator_updates", None):
        with _lock:
            _updating.discard(claimed)


def _claim(context: RequestContext, request: Mapping[str, Any]) -> None:
    """Allows one update at a time.

    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html#functions-states-updating
    """
    function = _function(context, request["FunctionName"])
    if function is None:
        return
    latest = function.latest()
    arn = latest.id.unqualified_arn()
    with _lock:
        status = getattr(latest.config.last_update, "status", None)
        if arn in _updating or status == "InProgress":
            reason = f"An update is in progress for resource: {arn}"
            raise _error("ResourceConflictException", f"The operation cannot be performed at this time. {reason}")
        if latest.config.state.state == "Pending":
            reason = "The function is currently in the following state: Pending"
            raise _error("ResourceConflictException", f"The operation cannot be performed at this time. {reason}")
        _updating.add(arn)
    context.emulator_updates = arn


def _check_dead_letters(_context: RequestContext, request: Mapping[str, Any]) -> None:
    target = (request.get("DeadLetterConfig") or {}).get("TargetArn")
    if target and not DEAD_LETTERS.fullmatch(target):
        raise _error(
            "InvalidParameterValueException",
            f"The dead letter target {target} is no ARN of an Amazon SQS queue or an Amazon SNS topic.",
        )


def _check_deletion(context: RequestContext, request: Mapping[str, Any]) -> None:
    """Checks DeleteFunction. https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html"""
    function = _function(context, request["FunctionName"])
    given = FUNCTION.fullmatch(request["FunctionName"])
    version = request.get("Qualifier") or (given and given["qualifier"])
    if function is None or not version:
        return
    users = [
        name
        for name, alias in dict(function.aliases).items()
        if alias.function_version == version or version in getattr(alias.routing_configuration, "version_weights", {})
    ]
    if users:
        text = f"Unable to delete version because the following aliases reference it: [{', '.join(sorted(users))}]"
        raise _error("ResourceConflictException", text)


def _check_layer_permission(_context: RequestContext, request: Mapping[str, Any]) -> None:
    """Checks AddLayerVersionPermission.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
    """
    if not LAYER_USER.fullmatch(request["Principal"]):
        found = f"Value '{request['Principal']}' at 'principal' failed to satisfy constraint"
        rule = f"Member must satisfy regular expression pattern: {LAYER_USER.pattern}"
        raise _error("ValidationException", message([f"{found}: {rule}"]))
    if request.get("OrganizationId") and request["Principal"] != "*":
        text = "OrganizationId is allowed with the principal * only."
        raise _error("InvalidParameterValueException", text)


def _check_mapping(context: RequestContext, request: Mapping[str, Any]) -> None:
    source = (request.get("EventSourceArn") or "").split(":")
    if len(source) > _SERVICE and source[_SERVICE] not in SOURCES:
        text = f"Unrecognized event source, must be one of {', '.join(sorted(SOURCES))}: {request['EventSourceArn']}"
        raise _error("InvalidParameterValueException", text)
    name = request.get("FunctionName")
    has_source = "UUID" in request or request.get("EventSourceArn") or request.get("SelfManagedEventSource")
    if not name or not has_source:  # a mapping without a source is refused for that
        return
    given = FUNCTION.fullmatch(name)
    function = _function(context, name)
    qualifier = given["qualifier"] if given else None
    exists = qualifier in (None, "$LATEST") or (
        function is not None and (qualifier in function.versions or qualifier in function.aliases)
    )
    if function is None or not exists:
        raise _error("InvalidParameterValueException", "Function does not exist")


def _check_payload(context: RequestContext, request: Mapping[str, Any]) -> None:
    """Checks Invoke's payload. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors"""
    body = request.get("Payload") or b""
    if not isinstance(body, bytes):  # a stream, which can be read once
        body = body.read()
        context.service_request["Payload"] = io.BytesIO(body)
    try:
        if body:
            json.loads(body.decode("utf-8"), parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        text = f"Could not parse request body into json: Could not parse payload into json: {error}"
        raise _error("InvalidRequestContentException", text) from error


def _no_json(name: str) -> None:
    raise ValueError(f"Non-standard token '{name}'")


def _function(context: RequestContext, reference: str) -> Any:
    given = FUNCTION.fullmatch(reference)
    if given is None:
        return None
    try:
        store = lambda_stores[given["account"] or context.account_id][given["region"] or context.region]
    except ValueError:  # no region of AWS. LocalStack has the answer to such an ARN
        return None
    return store.functions.get(given["name"])


def _error(code: str, text: str) -> ServiceException:
    """Returns an error with the member `Type`, which AWS gives every error of Lambda's model."""
    modelled = getattr(lambda_api, code, None)
    if modelled is None:
        return CommonServiceException(code, text, 400, sender_fault=True)
    error: ServiceException = modelled(text, Type="User")
    return error


_RULES: dict[str, Callable[[RequestContext, Mapping[str, Any]], None]] = {
    "AddLayerVersionPermission": _check_layer_permission,
    "CreateFunction": _check_dead_letters,
    "UpdateFunctionConfiguration": _check_dead_letters,
    "DeleteFunction": _check_deletion,
    "CreateEventSourceMapping": _check_mapping,
    "UpdateEventSourceMapping": _check_mapping,
    "Invoke": _check_payload,
}
