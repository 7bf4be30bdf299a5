"""`/_aws/ses` lists SNS e-mail deliveries."""

import json
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.request import urlopen

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.waiting import wait_until


@pytest.fixture
def topic(emulator: Emulator) -> Iterator[str]:
    sns = emulator.client("sns")
    arn = sns.create_topic(Name=f"mail-{uuid.uuid4().hex}")["TopicArn"]
    yield arn
    sns.delete_topic(TopicArn=arn)


def subscribe(emulator: Emulator, topic: str, protocol: str = "email") -> str:
    address = f"{uuid.uuid4().hex}@example.com"
    emulator.client("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=address)
    return address


def mail_to(emulator: Emulator, address: str) -> Any:
    def listed() -> Any:
        with urlopen(f"{emulator.url}/_aws/ses") as answer:  # noqa: S310 -- the emulator's own address
            messages = json.load(answer)["messages"]
        return [each for each in messages if each["Destination"]["ToAddresses"] == [address]]

    (message,) = wait_until(listed, 10, f"the mail to {address}")
    return message


def test_a_mail_has_the_subject_and_the_text_of_the_message(emulator: Emulator, topic: str) -> None:
    address = subscribe(emulator, topic)
    emulator.client("sns").publish(TopicArn=topic, Subject="Übung: MCD 2026-03-29", Message="two\nlines")
    mail = mail_to(emulator, address)
    assert mail["Subject"] == "Übung: MCD 2026-03-29"
    assert mail["Body"]["text_part"] == "two\nlines"


def test_a_message_without_subject_gets_that_of_aws(emulator: Emulator, topic: str) -> None:
    address = subscribe(emulator, topic)
    emulator.client("sns").publish(TopicArn=topic, Message="text")
    assert mail_to(emulator, address)["Subject"] == "AWS Notification Message"


def test_every_subscriber_gets_the_mail(emulator: Emulator, topic: str) -> None:
    addresses = [subscribe(emulator, topic) for _ in range(3)]
    emulator.client("sns").publish(TopicArn=topic, Subject="to all", Message="text")
    assert {mail_to(emulator, address)["Subject"] for address in addresses} == {"to all"}


def test_email_json_carries_the_subject_in_its_document_too(emulator: Emulator, topic: str) -> None:
    address = subscribe(emulator, topic, protocol="email-json")
    emulator.client("sns").publish(TopicArn=topic, Subject="document", Message="text")
    mail = mail_to(emulator, address)
    document = json.loads(mail["Body"]["text_part"])
    assert (mail["Subject"], document["Subject"], document["Message"]) == ("document", "document", "text")
