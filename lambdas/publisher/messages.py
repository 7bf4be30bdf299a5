"""Alarms as the queue's messages, in batches that a request can hold by their number and by their bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.alarms import to_json
from domain.customers import TEXT_LIMITS
from lambdas.publisher.alarm_lines import AlarmLine

BATCH_MESSAGES = 10
BATCH_BYTES = 262_144
"""The most that a message and a batch of them hold, with their attributes.

SQS takes 1 MiB since August 2025, but a queue takes 262,144 bytes a message where its `MaximumMessageSize` says so,
which is what Terraform's provider sets. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

LEFT_OUT = "left_out"
"""What stands in the details of a message that was too long: the names of the details that it lacks."""


@dataclass(frozen=True)
class Message:
    """A message of the queue: its body is JSON in ASCII, and each of its attributes is a text."""

    body: str
    attributes: Mapping[str, str]

    @property
    def size(self) -> int:
        """Its bytes as SQS counts them: the body, and of each attribute the name, the type and the value.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
        """
        attributes = (len(f"{name}String{value}".encode()) for name, value in self.attributes.items())
        return len(self.body.encode()) + sum(attributes)

    def as_entry(self, number: str) -> Any:
        """The entry of a batch, called by a number."""
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in self.attributes.items()}
        return {"Id": number, "MessageBody": self.body, "MessageAttributes": attributes}


def message_of(alarm: AlarmLine) -> Message:
    """The message about an alarm, of at most `BATCH_BYTES`.

    One that would be longer lacks details, the longest first, and names them under `left_out`; the day's list of
    alarms has them all. So a message cannot end a run by its length.
    """
    content = alarm.content()
    attributes = {"id": content.pop("id"), "error_type": content["error_type"], "date": content["date"]}
    message = Message(to_json(content), attributes)
    if message.size <= BATCH_BYTES:
        return message
    candidates = (Message(to_json(each), attributes) for each in _shortened(content))
    return next(each for each in candidates if each.size <= BATCH_BYTES)


def batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """The messages in their order, in batches of at most `BATCH_MESSAGES` and `BATCH_BYTES`."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == BATCH_MESSAGES or size + message.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += message.size
    if batch:
        yield batch


def _shortened(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The content with fewer and fewer details; at last with none, and the customer's texts cut to their limits."""
    details = dict(content["details"])
    left_out: list[str] = []
    for name in sorted(details, key=lambda name: len(to_json(details[name])), reverse=True):
        del details[name]
        left_out.append(name)
        yield {**content, "details": {**details, LEFT_OUT: left_out}}
    customer = {name: text[: TEXT_LIMITS.get(name)] for name, text in content["customer"].items()}
    yield {**content, "customer": customer, "details": {LEFT_OUT: len(left_out)}}
