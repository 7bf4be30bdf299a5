"""Describes the actions of AWS services that an integration can call, by their integration subtype.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _itself(parameters: dict[str, Any]) -> dict[str, Any]:
    return parameters


def _as_event(parameters: dict[str, Any]) -> dict[str, Any]:
    return {"Entries": [parameters]}


def _lower(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name[0].lower() + name[1:]: value for name, value in parameters.items()}


@dataclass(frozen=True)
class Action:
    """Holds an action: botocore's service and operation, and the names of its parameters.

    `documents` are the parameters whose value is JSON. `call` makes the operation's parameters of the integration's.
    """

    service: str
    operation: str
    required: frozenset[str]
    optional: frozenset[str]
    documents: frozenset[str] = frozenset()
    call: Callable[[dict[str, Any]], dict[str, Any]] = _itself


ACTIONS: Mapping[str, Action] = {
    "EventBridge-PutEvents": Action(
        "events",
        "PutEvents",
        frozenset({"Detail", "DetailType", "Source"}),
        frozenset({"EventBusName", "Region", "Resources", "Time", "TraceHeader"}),
        frozenset({"Resources"}),
        _as_event,
    ),
    "SQS-SendMessage": Action(
        "sqs",
        "SendMessage",
        frozenset({"MessageBody", "QueueUrl"}),
        frozenset(
            {"DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId"}
            | {"MessageSystemAttributes", "Region"}
        ),
        frozenset({"DelaySeconds", "MessageAttributes", "MessageSystemAttributes"}),
    ),
    "StepFunctions-StartExecution": Action(
        "stepfunctions",
        "StartExecution",
        frozenset({"StateMachineArn"}),
        frozenset({"Input", "Name", "Region"}),
        call=_lower,
    ),
}


def parameters_of(action: Action, values: Mapping[str, str | None]) -> dict[str, Any]:
    """Returns the operation's parameters for the mapped `values`. A missing value is left out.

    Raises
    ------
    ValueError
        A required parameter has no value, or a document is no JSON. The text names it.
    """
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None and name != "Region"}
    for name in sorted(action.required - given.keys()):
        raise ValueError(f"{name} has no value")
    for name in action.documents & given.keys():
        try:
            given[name] = json.loads(given[name])
        except ValueError as error:
            raise ValueError(f"{name} is no JSON") from error
    return action.call(given)
