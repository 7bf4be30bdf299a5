"""The notifier mails customers, with a real queue, table and SES. The test stands for the event source mapping."""

import dataclasses
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import lambdas.notifier.handler
from dockerless_testing.emulator import Emulator
from dockerless_testing.waiting import wait_until
from domain.alarms import to_json
from domain.customers import KEY
from operations.mailbox import sent_emails
from tests.unit.lambdas.fakes import FakeContext
from tests.unit.lambdas.notifier.notifier_world import COMPLETE, NUMBER, PROBLEM, alarm_event

MORNING = datetime(2026, 11, 26, 7, tzinfo=UTC)
RECEIVES = 5


@dataclass
class Notified:
    """A queue with a dead-letter queue, a table and a verified sender. The function runs in this process."""

    emulator: Emulator
    name: str
    queue: str
    dead_letters: str
    sender: str
    to: str
    now: datetime = MORNING

    def send(self, *bodies: dict[str, Any] | str) -> None:
        for body in bodies:
            text = body if isinstance(body, str) else to_json(body)
            self.emulator.client("sqs").send_message(QueueUrl=self.queue, MessageBody=text)

    def handle_all(self) -> list[str]:
        """Receives the visible messages, and deletes the ones that the function has handled.

        Returns the bodies of the messages that must come again.
        """
        sqs = self.emulator.client("sqs")
        needs = dataclasses.replace(lambdas.notifier.handler.dependencies(), now=lambda: self.now)
        again = []
        while messages := sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages"):
            event = {"Records": [_record(message) for message in messages]}
            answer = lambdas.notifier.handler.respond(event, FakeContext(30_000), needs)
            failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
            for message in messages:
                if message["MessageId"] in failed:
                    again.append(message["Body"])
                else:
                    sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return again

    @property
    def mails(self) -> list[tuple[str, str]]:
        """The subject and the text of each mail to the customer, in order."""
        return [(mail.subject, mail.body) for mail in sent_emails(self.emulator.url) if mail.to == (self.to,)]

    def event(self, change: str = "raised", sequence: int = 1, alarm: str = "a", **changed: Any) -> dict[str, Any]:
        return alarm_event(change, sequence, alarm, **{"email": self.to, **changed})


def _record(message: dict[str, Any]) -> dict[str, Any]:
    """Returns a message as an event source mapping hands it over."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSource": "aws:sqs",
    }


@pytest.fixture
def notified(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notified]:
    name = f"notifier-{uuid.uuid4().hex[:12]}"
    sqs, dynamodb, ses = (emulator.client(each) for each in ("sqs", "dynamodb", "ses"))
    sender, to = f"no-reply@{name}.example", f"ana@{name}.example"
    dead_letters = sqs.create_queue(QueueName=f"{name}-dead-letter")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = to_json({"deadLetterTargetArn": arn, "maxReceiveCount": RECEIVES})
    attributes = {"VisibilityTimeout": "180", "RedrivePolicy": redrive}
    queue = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ses.verify_email_identity(EmailAddress=sender)
    for variable in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in {
        "ALARM_QUEUE_URL": queue,
        "NOTIFIER_TABLE": name,
        "CUSTOMER_MAIL_FROM": sender,
        "TIME_ZONE": "Europe/Zagreb",
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }.items():
        monkeypatch.setenv(variable, value)
    lambdas.notifier.handler.dependencies.cache_clear()
    yield Notified(emulator, name, queue, dead_letters, sender, to)
    lambdas.notifier.handler.dependencies.cache_clear()
    ses.delete_identity(Identity=sender)
    dynamodb.delete_table(TableName=name)
    for url in (queue, dead_letters):
        sqs.delete_queue(QueueUrl=url)


def test_a_problem_and_its_end_are_two_mails(notified: Notified) -> None:
    notified.send(notified.event(), notified.event(alarm="b", error_type="ICD"))
    assert notified.handle_all() == []
    assert [title for title, _ in notified.mails] == [PROBLEM]
    notified.send(notified.event("cleared", 2), notified.event("cleared", 2, "b"))
    (postponed,) = notified.handle_all()
    assert [title for title, _ in notified.mails] == [PROBLEM]
    notified.now += timedelta(seconds=60)
    notified.send(postponed)  # the queue would hand it over again after 60 s
    assert notified.handle_all() == []
    assert [title for title, _ in notified.mails] == [PROBLEM, COMPLETE]


def test_a_postponed_message_comes_again_after_the_time_that_is_left(notified: Notified) -> None:
    notified.send(notified.event())
    notified.handle_all()
    notified.send(notified.event("cleared", 2))
    notified.handle_all()
    notified.now += timedelta(seconds=59)
    notified.send(notified.event("cleared", 2))
    notified.handle_all()
    notified.now += timedelta(seconds=1)
    wait_until(lambda: notified.handle_all() == [] and len(notified.mails) == 2, 30, "the postponed message")


def test_croatian_letters_arrive(notified: Notified) -> None:
    notified.send(notified.event(language="hr"))
    notified.handle_all()
    ((title, text),) = notified.mails
    assert title == f"Provjerite očitanja mjernog mjesta {NUMBER}"
    assert "uočili smo sljedeće" in text
    assert "nismo primili nijedno očitanje" in text


def test_repeated_and_older_events_send_nothing(notified: Notified) -> None:
    notified.send(notified.event("raised", 3), notified.event("raised", 3), notified.event("cleared", 2))
    assert notified.handle_all() == []
    notified.now += timedelta(days=1)
    notified.send(notified.event("raised", 3), notified.event("raised", 1))
    assert notified.handle_all() == []
    assert [title for title, _ in notified.mails] == [PROBLEM]


def test_without_notify_the_queue_is_emptied_and_no_mail_is_sent(notified: Notified) -> None:
    notified.send(notified.event(notify=False))
    assert notified.handle_all() == []
    assert notified.mails == []
    table = notified.emulator.client("dynamodb").scan(TableName=notified.name)
    assert table["Items"] == []


def test_what_cannot_be_read_becomes_a_dead_letter_and_holds_nothing_up(notified: Notified) -> None:
    sqs = notified.emulator.client("sqs")
    sqs.set_queue_attributes(QueueUrl=notified.queue, Attributes={"VisibilityTimeout": "0"})
    notified.send("no event", notified.event())
    assert notified.handle_all() == ["no event"] * RECEIVES
    assert [title for title, _ in notified.mails] == [PROBLEM]
    found = wait_until(
        lambda: sqs.receive_message(QueueUrl=notified.dead_letters).get("Messages"), 30, "the dead letter"
    )
    assert [message["Body"] for message in found] == ["no event"]


def test_a_mail_that_ses_refuses_is_sent_when_the_address_is_verified(notified: Notified) -> None:
    sqs, ses = notified.emulator.client("sqs"), notified.emulator.client("ses")
    ses.delete_identity(Identity=notified.sender)
    body = notified.event()
    notified.send(body)
    assert notified.handle_all() == [to_json(body)]
    assert notified.mails == []
    ses.verify_email_identity(EmailAddress=notified.sender)
    sqs.send_message(QueueUrl=notified.queue, MessageBody=to_json(body))
    assert notified.handle_all() == []
    assert [title for title, _ in notified.mails] == [PROBLEM]
