"""SQS: attributes and parameters out of their bounds are refused, and an emptied `RedriveAllowPolicy` is gone.

LocalStack 4.14.0 takes most values, forgets an emptied `Policy` and `RedrivePolicy`, and keeps an emptied
`RedriveAllowPolicy` as an empty string, for whose end Terraform's destroy waits in vain.
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from localstack.services.sqs import constants
from localstack.services.sqs.exceptions import InvalidParameterValueException
from localstack.services.sqs.models import SqsQueue
from localstack.services.sqs.provider import SqsProvider
from localstack.utils.patch import patch

from localstack_dockerless.services.sqs.attributes import refused_attributes

LONGEST_VISIBILITY, LONGEST_DELAY, LONGEST_WAIT, MOST_MESSAGES = 43_200, 900, 20, 10


class InvalidParameterValue(InvalidParameterValueException):  # type: ignore[misc]
    """LocalStack answers the name of the class as the code of a batch's entry."""


def forget_emptied_redrive_allow_policy() -> None:
    """Called at LocalStack's start."""
    constants.DELETE_IF_DEFAULT["RedriveAllowPolicy"] = ""


def hold_to_bounds() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
    """
    serve_custom_service_request_handlers.append(check_request)

    @patch(SqsQueue.update_visibility_timeout)  # type: ignore[untyped-decorator]
    def update_visibility_timeout(original: Callable[..., None], self: Any, receipt_handle: str, timeout: int) -> None:
        if not 0 <= timeout <= LONGEST_VISIBILITY:
            reason = f"Total VisibilityTimeout for the message is beyond the limit [{LONGEST_VISIBILITY} seconds]"
            raise _invalid("VisibilityTimeout", timeout, reason)
        original(self, receipt_handle, timeout)

    @patch(SqsProvider._put_message)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def put_message(original: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
        delay = named["delay_seconds"] if "delay_seconds" in named else (*arguments, None, None, None, None)[3]
        if delay is not None and not 0 <= int(delay) <= LONGEST_DELAY:
            raise _invalid("DelaySeconds", delay, f"DelaySeconds must be >= 0 and <= {LONGEST_DELAY}.")
        return original(self, *arguments, **named)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """A handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
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
