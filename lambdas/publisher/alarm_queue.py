"""Sends the events of alarms to the queue, one message for each event."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from lambdas.publisher.messages import Message, batches, message_of

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CONCURRENCY = 8
ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.2


class AlarmsNotSentError(Exception):
    """The queue refused messages. The text has their number and the queue's reasons."""


def send_events(
    sqs: "SQSClient", queue_url: str, events: Sequence[Mapping[str, Any]], pause: Callable[[float], None] = time.sleep
) -> None:
    """Sends a message for each event, in batches, 8 batches at a time.

    The queue takes or refuses each entry of a batch by itself. An entry that failed on the queue's side is sent again,
    after a growing pause. Raises `AlarmsNotSentError` after 5 attempts, or at once for an entry that is wrong itself.
    """
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        sending = [pool.submit(_send_batch, sqs, queue_url, batch, pause) for batch in batches(map(message_of, events))]
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
