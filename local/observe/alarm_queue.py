"""Looks at the alarm queue's messages without receiving them.

`ReceiveMessage` would hide the messages for a while and count a delivery. After a few deliveries SQS moves a message to
the dead-letter queue. LocalStack lists a queue's messages without side effects at `/_aws/sqs/messages`, an endpoint
that accepts `ReceiveMessage` calls (docs.localstack.cloud, SQS, "Developer endpoints").
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.observe.running import RunningStack, local_client

PATH = "/_aws/sqs/messages"


@dataclass(frozen=True, slots=True)
class AlarmMessage:
    """Holds a message of the queue. `body` is its parsed JSON, and `sent` is in UTC."""

    id: str
    sent: datetime
    body: dict[str, Any]


def peek_alarms(stack: RunningStack) -> list[AlarmMessage]:
    """Returns all messages in the queue, sorted by date, error type and metering point."""
    sqs = local_client(stack.edge_url + PATH, "sqs")
    messages = sqs.receive_message(QueueUrl=stack.outputs["alarm_queue_url"]).get("Messages", [])
    return sorted((_alarm(message) for message in messages), key=_order)


def _alarm(message: dict[str, Any]) -> AlarmMessage:
    milliseconds = int(message["Attributes"]["SentTimestamp"])
    sent = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return AlarmMessage(message["MessageId"], sent, json.loads(message["Body"]))


def _order(alarm: AlarmMessage) -> tuple[str, str, str]:
    body = alarm.body
    return body["date"], body["error_type"], body["billing_metering_point_number"]
