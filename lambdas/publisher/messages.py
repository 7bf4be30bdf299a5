"""Makes the queue's messages of events, in batches that fit into a request by their number and their bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.alarms import ATTRIBUTES, to_json
from domain.customers import TEXT_LIMITS

BATCH_MESSAGES = 10
BATCH_BYTES = 262_144
"""The most bytes of a message, and of a batch of messages, with their attributes.

SQS takes 1 MiB since August 2025. A queue takes 262,144 bytes a message where its `MaximumMessageSize` says so, and
Terraform's provider sets that value. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
"""

LEFT_OUT = "left_out"
"""The name of the detail that lists the details which a message lacks because it would be too long."""


@dataclass(frozen=True)
class Message:
    """A message of the queue. Its body is JSON in ASCII. Each attribute is a text."""

    body: str
    attributes: Mapping[str, str]

    @property
    def size(self) -> int:
        """The bytes as SQS counts them: the body, and the name, type and value of each attribute.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
        """
        attributes = (len(f"{name}String{value}".encode()) for name, value in self.attributes.items())
        return len(self.body.encode()) + sum(attributes)

    def as_entry(self, number: str) -> Any:
        """Returns the entry of a batch. Its id is the number."""
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in self.attributes.items()}
        return {"Id": number, "MessageBody": self.body, "MessageAttributes": attributes}


def message_of(content: Mapping[str, Any]) -> Message:
    """Returns the message of an event, with at most `BATCH_BYTES`.

    A longer message loses details, the longest first, and names them under `left_out`. The alarm's item has all
    details. So no message can fail a run by its length.
    """
    attributes = {name: str(content[name]) for name in ATTRIBUTES}
    message = Message(to_json(content), attributes)
    if message.size <= BATCH_BYTES:
        return message
    candidates = (Message(to_json(each), attributes) for each in _shortened(content))
    return next(each for each in candidates if each.size <= BATCH_BYTES)


def batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Yields the messages in their order, in batches of at most `BATCH_MESSAGES` and `BATCH_BYTES`."""
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
    """Yields the content with fewer and fewer details. The last one has none, and cuts the customer's texts."""
    details = dict(content["details"])
    left_out: list[str] = []
    for name in sorted(details, key=lambda name: len(to_json(details[name])), reverse=True):
        del details[name]
        left_out.append(name)
        yield {**content, "details": {**details, LEFT_OUT: left_out}}
    given = content["customer"]
    customer = {**given, **{name: given[name][:most] for name, most in TEXT_LIMITS.items()}}
    yield {**content, "customer": customer, "details": {LEFT_OUT: len(left_out)}}
