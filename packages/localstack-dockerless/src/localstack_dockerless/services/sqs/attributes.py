"""Checks the attributes of an SQS queue against their bounds.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html

LocalStack 4.14.0 accepts any text for an attribute of a queue.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

BOUNDS = {
    "DelaySeconds": (0, 900),
    "KmsDataKeyReusePeriodSeconds": (60, 86_400),
    "MaximumMessageSize": (1_024, 1_048_576),
    "MessageRetentionPeriod": (60, 1_209_600),
    "ReceiveMessageWaitTimeSeconds": (0, 20),
    "VisibilityTimeout": (0, 43_200),
}
WORDS = {
    "ContentBasedDeduplication": {"true", "false"},
    "DeduplicationScope": {"messageGroup", "queue"},
    "FifoQueue": {"true", "false"},
    "FifoThroughputLimit": {"perQueue", "perMessageGroupId"},
    "SqsManagedSseEnabled": {"true", "false"},
}
SETTABLE = {*BOUNDS, *WORDS, "KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "RedrivePolicy"}
OF_FIFO_QUEUES = {"ContentBasedDeduplication", "DeduplicationScope", "FifoQueue", "FifoThroughputLimit"}
MOST_RECEIVES = 1_000
MOST_SOURCES = 10
QUEUE_ARN = re.compile(r"arn:aws[\w-]*:sqs:[\w-]+:\d{12}:[\w-]{1,80}(\.fifo)?")
Refusal = tuple[str, str]
"""AWS's error code and text."""


def refused_attributes(attributes: Mapping[str, str], *, fifo: bool) -> Refusal | None:
    """Checks CreateQueue and SetQueueAttributes. LocalStack checks attributes of the other type of queue."""
    for name, value in attributes.items():
        if name not in SETTABLE:
            return "InvalidAttributeName", f"Unknown Attribute {name}."
        if name in OF_FIFO_QUEUES and not fifo:
            continue
        if name in _REDRIVE:
            if reason := _REDRIVE[name](value):
                text = f"Value {value} for parameter {name} is invalid. Reason: {reason}"
                return "InvalidParameterValueException", text
        elif not (_is_policy(value) if name == "Policy" else _is_valid(name, value)):
            return "InvalidAttributeValue", f"Invalid value for the parameter {name}."
    return None


def _is_valid(name: str, value: str) -> bool:
    if name in BOUNDS:
        least, most = BOUNDS[name]
        return re.fullmatch(r"\d{1,9}", value) is not None and least <= int(value) <= most
    return name not in WORDS or value in WORDS[name]


def _is_policy(value: str) -> bool:
    if not value:
        return True  # it is removed
    document = _object(value)
    statements = document.get("Statement") if document else None
    each = statements if isinstance(statements, list) else [statements]
    return bool(each) and all(
        isinstance(statement, dict)
        and statement.get("Effect") in ("Allow", "Deny")
        and ("Principal" in statement or "NotPrincipal" in statement)
        and ("Action" in statement or "NotAction" in statement)
        for statement in each
    )


def _wrong_in_redrive_policy(value: str) -> str | None:
    policy = _object(value or "{}")
    if policy is None:
        return "Redrive policy is not a valid JSON map."
    if value and set(policy) != {"deadLetterTargetArn", "maxReceiveCount"}:
        return "Redrive policy has exactly the attributes [deadLetterTargetArn, maxReceiveCount]."
    if value and not QUEUE_ARN.fullmatch(str(policy["deadLetterTargetArn"])):
        return "Invalid value for deadLetterTargetArn."
    count = str(policy.get("maxReceiveCount", 1))
    if not re.fullmatch(r"\d{1,9}", count) or not 1 <= int(count) <= MOST_RECEIVES:
        return f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to 1000 both inclusive."
    return None


def _wrong_in_redrive_allow_policy(value: str) -> str | None:
    if not value:
        return None
    policy = _object(value)
    if policy is None or set(policy) - {"redrivePermission", "sourceQueueArns"}:
        return "Redrive allow policy is not a JSON map of redrivePermission and sourceQueueArns."
    permission, sources = policy.get("redrivePermission"), policy.get("sourceQueueArns")
    if permission not in ("allowAll", "denyAll", "byQueue"):
        return f"Invalid value for redrivePermission: {permission}."
    if permission != "byQueue":
        return "sourceQueueArns goes with redrivePermission byQueue alone." if sources else None
    named = sources if isinstance(sources, list) else []
    if not 1 <= len(named) <= MOST_SOURCES or not all(QUEUE_ARN.fullmatch(str(source)) for source in named):
        return f"sourceQueueArns must have 1 to {MOST_SOURCES} ARNs of queues."
    return None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


_REDRIVE: Mapping[str, Callable[[str], str | None]] = {
    "RedriveAllowPolicy": _wrong_in_redrive_allow_policy,
    "RedrivePolicy": _wrong_in_redrive_policy,
}
