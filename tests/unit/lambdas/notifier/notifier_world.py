"""Runs the notifier on fakes of its table, its queue and SES. A test can let any call fail."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from lambdas.notifier.environment import Environment
from lambdas.notifier.handler import Dependencies, respond
from tests.unit.lambdas.examples import ZAGREB
from tests.unit.lambdas.fakes import FakeContext

NUMBER = "1000000001"
MORNING = datetime(2026, 11, 26, 7, tzinfo=UTC)
SENDER = "no-reply@energy.example"
PROBLEM = f"Please check the readings of metering point {NUMBER}"
COMPLETE = f"The readings of metering point {NUMBER} are in order"

type Fault = Callable[[str], None]
"""Gets the name of a step, such as `after send`, and may raise."""


def alarm_event(change: str = "raised", sequence: int = 1, alarm: str = "a", **changed: Any) -> dict[str, Any]:
    """Returns an event of an alarm, as architecture.md has it. A name of the customer's fields changes the customer."""
    customer = {
        "name": "Ana Šarić",
        "address": "Ilica 1",
        "city": "Zagreb",
        "county": "Grad Zagreb",
        "email": "ana@example.org",
        "type": "HH",
        "notify": True,
        "language": "en",
    }
    customer |= {name: value for name, value in changed.items() if name in customer}
    event = {
        "event": change,
        "sequence": sequence,
        "alarm_id": alarm,
        "billing_metering_point_number": NUMBER,
        "error_type": "MCD",
        "date": "2026-11-25",
        "customer": customer,
        "details": {},
    }
    return event | {name: value for name, value in changed.items() if name in event}


class NotifierWorld:
    """Has the table's items, the sent mails and the messages that wait. `fault` is called around each AWS call."""

    class exceptions:  # noqa: N801  boto3's own name
        class ConditionalCheckFailedException(ClientError):  # noqa: N818  the same
            pass

    def __init__(self) -> None:
        self.now = MORNING
        self.items: dict[str, dict[str, Any]] = {}
        self.mails: list[tuple[str, str, str]] = []
        """The address, the subject and the text of each mail."""
        self.postponed: list[tuple[str, int]] = []
        self.pauses: list[float] = []
        self.remaining_ms = 30_000
        self.fault: Fault = lambda _step: None

    def receive(self, *bodies: dict[str, Any] | str) -> list[str]:
        """Hands a batch of messages to the function. Returns the ids of the messages that must come again.

        The id of a message is its place in the batch.
        """
        records = [
            {
                "messageId": str(number),
                "receiptHandle": f"handle {number}",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"SentTimestamp": str(number), "ApproximateReceiveCount": "1"},
            }
            for number, body in enumerate(bodies)
        ]
        answer = respond({"Records": records}, FakeContext(self.remaining_ms), self.needs())
        return [each["itemIdentifier"] for each in answer["batchItemFailures"]]

    def needs(self) -> Dependencies:
        environment = Environment("queue", "notifier", SENDER, ZAGREB)
        fakes: Any = self
        return Dependencies(environment, fakes, fakes, fakes, lambda: self.now, self.pauses.append)

    def wait(self, **duration: float) -> None:
        """Lets time pass."""
        self.now += timedelta(**duration)

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.fault("before read")
        (key,) = request["Key"].values()
        assert request["ConsistentRead"]
        return {"Item": self.items[key["S"]]} if key["S"] in self.items else {}

    def put_item(self, **request: Any) -> None:
        self.fault("before write")
        number = request["Item"]["billing_metering_point_number"]["S"]
        seen = self.items.get(number, {}).get("revision")
        if seen != request.get("ExpressionAttributeValues", {}).get(":seen"):
            failed = self.exceptions.ConditionalCheckFailedException
            raise failed({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
        self.items[number] = request["Item"]
        self.fault("after write")

    def send_email(self, **request: Any) -> None:
        self.fault("before send")
        assert request["Source"] == SENDER
        (to,) = request["Destination"]["ToAddresses"]
        self.mails.append((to, request["Message"]["Subject"]["Data"], request["Message"]["Body"]["Text"]["Data"]))
        self.fault("after send")

    def change_message_visibility(self, **request: Any) -> None:
        self.fault("before postponing")
        self.postponed.append((request["ReceiptHandle"], request["VisibilityTimeout"]))

    @property
    def subjects(self) -> list[str]:
        return [title for _to, title, _text in self.mails]
