"""Reads the messages of a batch, and groups them by customer.

https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.notifier.alarm_events import AlarmEvent, UnreadableEventError, read_event
from lambdas.runtime.logs import log


@dataclass(frozen=True)
class Delivery:
    """One message with the event that it holds."""

    message_id: str
    receipt_handle: str
    event: AlarmEvent


@dataclass(frozen=True)
class Batch:
    """The deliveries of each customer, the earliest first, and the ids of the messages that cannot be read."""

    by_customer: Mapping[str, list[Delivery]]
    unreadable: tuple[str, ...]


def read_batch(records: Iterable[Mapping[str, Any]]) -> Batch:
    """Reads the records of an event source mapping. A message that cannot be read is logged by its id alone."""
    by_customer: dict[str, list[Delivery]] = {}
    unreadable = []
    for record in sorted(records, key=_sent_ms):
        try:
            event = read_event(record["body"])
        except UnreadableEventError as error:
            log("message unreadable", logging.ERROR, message_id=record["messageId"], fault=str(error))
            unreadable.append(record["messageId"])
            continue
        delivery = Delivery(record["messageId"], record["receiptHandle"], event)
        by_customer.setdefault(event.metering_point, []).append(delivery)
    return Batch(by_customer, tuple(unreadable))


def _sent_ms(record: Mapping[str, Any]) -> int:
    return int(record["attributes"]["SentTimestamp"])
