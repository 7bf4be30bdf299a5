"""SQS refuses a visibility timeout and a delay out of their bounds, in a batch too."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.sqs.queues import check_delay, check_visibility

PATCH = Patch(
    why="LocalStack takes any number of seconds.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html",
)


@PATCH.wraps("localstack.services.sqs.models:SqsQueue.update_visibility_timeout")
def update_visibility_timeout(original: Any, self: Any, receipt_handle: str, timeout: int) -> None:
    check_visibility(timeout)
    original(self, receipt_handle, timeout)


@PATCH.wraps("localstack.services.sqs.provider:SqsProvider._put_message")
def put_message(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    delay = named["delay_seconds"] if "delay_seconds" in named else (*arguments, None, None, None, None)[3]
    if delay is not None:
        check_delay(int(delay))
    return original(self, *arguments, **named)
