"""Alarms to the queue: one message for each customer and error type."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING, Any

from lambdas.shared.alarms import Alarm, to_json

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

BATCH_SIZE = 10
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html"""

ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.2


class AlarmsNotSentError(Exception):
    """Messages that the queue did not take; names how many and the queue's reasons."""


def send_alarms(
    sqs: "SQSClient", queue_url: str, alarms: Sequence[Alarm], pause: Callable[[float], None] = time.sleep
) -> None:
    """Send a message for each alarm, in batches of ten.

    A batch is taken entry by entry: those that fail for the queue's part are sent again, with a growing
    pause. Raises `AlarmsNotSentError` after five attempts, or at once for an entry that is at fault itself.
    """
    for batch in batched(alarms, BATCH_SIZE, strict=False):
        waiting = {str(number): _entry(str(number), alarm) for number, alarm in enumerate(batch)}
        for seconds in _pauses():
            failed = sqs.send_message_batch(QueueUrl=queue_url, Entries=list(waiting.values())).get("Failed", [])
            waiting = {failure["Id"]: waiting[failure["Id"]] for failure in failed}
            if not waiting:
                break
            if seconds is None or any(failure["SenderFault"] for failure in failed):
                reasons = ", ".join(sorted({failure["Code"] for failure in failed}))
                raise AlarmsNotSentError(f"{len(failed)} of {len(alarms)} messages: {reasons}")
            pause(seconds)


def _pauses() -> Iterator[float | None]:
    for attempt in range(ATTEMPTS - 1):
        yield FIRST_PAUSE_SECONDS * 2**attempt
    yield None


def _entry(number: str, alarm: Alarm) -> Any:
    attributes = {"id": alarm.id, "error_type": alarm.error_type.value, "date": alarm.date.isoformat()}
    return {
        "Id": number,
        "MessageBody": to_json(alarm.message()),
        "MessageAttributes": {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()},
    }
