"""Alarms to the queue: one message for each customer and error type."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from lambdas.publisher.entries import Entry
from lambdas.publisher.messages import Message, batches, message_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CONCURRENCY = 8
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.2


class AlarmsNotSentError(Exception):
    """Messages that the queue did not take; names how many and the queue's reasons."""


def send_alarms(
    sqs: "SQSClient", queue_url: str, alarms: Sequence[Entry], pause: Callable[[float], None] = time.sleep
) -> None:
    """Send a message for each alarm, in batches, eight of them at a time.

    A batch is taken entry by entry: those that fail for the queue's part are sent again, with a growing
    pause. Raises `AlarmsNotSentError` after five attempts, or at once for an entry that is at fault itself.
    """
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        sending = [pool.submit(_send_batch, sqs, queue_url, batch, pause) for batch in batches(map(message_of, alarms))]
    for each in sending:
        each.result()


def _send_batch(sqs: "SQSClient", queue_url: str, batch: Sequence[Message], pause: Callable[[float], None]) -> None:
    waiting = {str(number): message.as_entry(str(number)) for number, message in enumerate(batch)}
    for seconds in _pauses():
        failed = sqs.send_message_batch(QueueUrl=queue_url, Entries=list(waiting.values())).get("Failed", [])
        waiting = {failure["Id"]: waiting[failure["Id"]] for failure in failed}
        if not waiting:
            return
        if seconds is None or any(failure["SenderFault"] for failure in failed):
            reasons = ", ".join(sorted({failure["Code"] for failure in failed}))
            raise AlarmsNotSentError(f"{len(failed)} of a batch of {len(batch)} messages: {reasons}")
        pause(seconds)


def _pauses() -> Iterator[float | None]:
    for attempt in range(ATTEMPTS - 1):
        yield FIRST_PAUSE_SECONDS * 2**attempt
    yield None
