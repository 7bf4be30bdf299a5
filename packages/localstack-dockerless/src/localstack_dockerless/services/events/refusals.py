"""Refuses targets that could never get an event, before LocalStack stores them.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutTargets.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers

from localstack_dockerless.services.events.inputs import TemplateError, check_template
from localstack_dockerless.services.events.patterns import OPERATIONS, check_pattern

ARN = re.compile(r"arn:aws[\w-]*:(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>\d{12}|aws|):(?P<resource>.+)")
DELIVERED = {
    "ecs": "cluster/", "execute-api": "", "events": "", "firehose": "deliverystream/", "kinesis": "stream/",
    "lambda": "function:", "logs": "log-group:", "sns": "", "sqs": "", "states": "stateMachine:",
}  # fmt: skip
"""Maps a service to the beginnings of the ARNs of its resources that can get events."""
BY_ROLE = {"ecs", "kinesis", "states", "firehose"}
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html: all other targets can have roles
_BUS_SETTINGS = ("KmsKeyIdentifier", "DeadLetterConfig", "LogConfig")
"""The settings of an event bus that LocalStack takes and forgets."""
ONE_INPUT = ("Input", "InputPath", "InputTransformer")


def register() -> None:
    """Adds the check to LocalStack's request chain, at its start."""
    serve_custom_service_request_handlers.append(check_request)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Is a handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or context.service.service_name != "events" or context.operation is None:
        return
    request = context.service_request or {}
    if context.operation.name in OPERATIONS and request.get("EventPattern"):
        check_pattern(request["EventPattern"])
    match context.operation.name:
        case "PutTargets":
            for target in request.get("Targets") or []:
                check_target(target, context.region, context.account_id)
        case "TagResource" | "UntagResource" | "ListTagsForResource":
            _check_tagged(request["ResourceARN"])
        case "CreateEventBus" if settings := [name for name in _BUS_SETTINGS if request.get(name)]:
            raise _unsupported(f"CreateEventBus with {', '.join(settings)}")
        case "StartReplay" if request["Destination"].get("FilterArns"):
            raise _unsupported("StartReplay with Destination.FilterArns")
        case "CreateArchive" | "UpdateArchive" if request.get("KmsKeyIdentifier"):
            raise _unsupported(f"{context.operation.name} with KmsKeyIdentifier")


def check_target(target: Mapping[str, Any], region: str, account: str) -> None:
    """Raises `CommonServiceException` with AWS's error, or with an error that names the unsupported setting."""
    arn = target.get("Arn", "")
    found = ARN.fullmatch(arn)
    if found is None:
        raise _invalid(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")
    service, resource = found["service"], found["resource"]
    if service == "events" and resource.startswith("archive/"):
        return  # LocalStack's own target: an archive gets its events through it
    begins = DELIVERED.get(service)
    if begins is None or not resource.startswith(begins):
        raise _unsupported(f"PutTargets with a target of {service} ({arn})")
    if service == "events" and not resource.startswith(("event-bus/", "api-destination/")):
        raise _unsupported(f"PutTargets with a target of {service} ({arn})")
    elsewhere = resource.startswith("event-bus/") and (found["region"], found["account"]) != (region, account)
    if (service in BY_ROLE or elsewhere) and not target.get("RoleArn"):
        raise _invalid(f"RoleArn is required for target {arn}.")
    if service == "sqs" and resource.endswith(".fifo") and not target.get("SqsParameters"):
        raise _invalid(f"Parameter(s) SqsParameters must be specified for target: {target['Id']}.")
    if service == "ecs":
        _check_task(target)
    _check_input(target)


def _check_tagged(arn: str) -> None:
    """Requires the ARN of a resource of EventBridge, at which LocalStack fails.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html
    """
    found = ARN.fullmatch(arn)
    if found is None or found["service"] != "events":
        raise _invalid(f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format.")


def _check_task(target: Mapping[str, Any]) -> None:
    parameters = target.get("EcsParameters")
    if not parameters or not parameters.get("TaskDefinitionArn"):
        raise _invalid(f"Parameter(s) EcsParameters must be specified for target: {target['Id']}.")
    for name in ("CapacityProviderStrategy", "PlacementConstraints", "PlacementStrategy", "ReferenceId"):
        if parameters.get(name):
            raise _unsupported(f"PutTargets with EcsParameters.{name}")


def _check_input(target: Mapping[str, Any]) -> None:
    if sum(name in target for name in ONE_INPUT) > 1:
        raise _invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}.")
    try:
        if "Input" in target:
            json.loads(target["Input"])
        if transformer := target.get("InputTransformer"):
            check_template(transformer)
    except TemplateError as error:
        raise _invalid(f"InputTemplate for target {target['Id']} {error}") from error
    except ValueError as error:
        raise _invalid(f"JSON syntax error in input for target {target['Id']}") from error
    if ":event-bus/" in target["Arn"] and any(name in target for name in ONE_INPUT):
        raise _unsupported(
            f"PutTargets with {', '.join(name for name in ONE_INPUT if name in target)} for an event bus"
        )


def _invalid(message: str) -> CommonServiceException:
    return CommonServiceException("ValidationException", message, 400, sender_fault=True)


def _unsupported(what: str) -> CommonServiceException:
    return CommonServiceException("InternalFailure", f"{what} is not supported by this emulator.", status_code=501)
