"""Refuses attributes and parameters of SQS that are out of their bounds. LocalStack accepts most values.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from localstack.services.sqs.exceptions import InvalidParameterValueException

from localstack_dockerless.services.sqs.attributes import refused_attributes

LONGEST_VISIBILITY, LONGEST_DELAY, LONGEST_WAIT, MOST_MESSAGES = 43_200, 900, 20, 10


class InvalidParameterValue(InvalidParameterValueException):  # type: ignore[misc]
    """Has its name because LocalStack answers the name of the class as the code of a batch's entry."""


def register() -> None:
    """Adds the check to LocalStack's request chain, at its start."""
    serve_custom_service_request_handlers.append(check_request)


def check_visibility(timeout: int) -> None:
    """Raises `InvalidParameterValue` for a visibility timeout, in seconds, out of its bounds."""
    if not 0 <= timeout <= LONGEST_VISIBILITY:
        reason = f"Total VisibilityTimeout for the message is beyond the limit [{LONGEST_VISIBILITY} seconds]"
        raise _invalid("VisibilityTimeout", timeout, reason)


def check_delay(delay: int) -> None:
    """Raises `InvalidParameterValue` for a message's delay, in seconds, out of its bounds."""
    if not 0 <= delay <= LONGEST_DELAY:
        raise _invalid("DelaySeconds", delay, f"DelaySeconds must be >= 0 and <= {LONGEST_DELAY}.")


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Is a handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or not context.service.service_name.startswith("sqs") or context.operation is None:
        return
    request = context.service_request or {}
    match context.operation.name:
        case "CreateQueue" | "SetQueueAttributes":
            attributes = request.get("Attributes") or {}
            name = request.get("QueueName") or request.get("QueueUrl") or ""
            if refusal := refused_attributes(attributes, fifo=name.endswith(".fifo")):
                raise CommonServiceException(*refusal, 400, sender_fault=True)
        case "ReceiveMessage":
            _check_receive(request)


def _check_receive(request: dict[str, Any]) -> None:
    number, wait = request.get("MaxNumberOfMessages"), request.get("WaitTimeSeconds")
    visibility = request.get("VisibilityTimeout")
    if number is not None and not 1 <= number <= MOST_MESSAGES:
        raise _invalid("MaxNumberOfMessages", number, f"Must be between 1 and {MOST_MESSAGES}, if provided.")
    if wait is not None and not 0 <= wait <= LONGEST_WAIT:
        raise _invalid("WaitTimeSeconds", wait, f"Must be >= 0 and <= {LONGEST_WAIT}, if provided.")
    if visibility is not None and not 0 <= visibility <= LONGEST_VISIBILITY:
        raise _invalid("VisibilityTimeout", visibility, f"Must be >= 0 and <= {LONGEST_VISIBILITY}, if provided.")


def _invalid(name: str, value: int, reason: str) -> InvalidParameterValue:
    return InvalidParameterValue(f"Value {value} for parameter {name} is invalid. Reason: {reason}")
