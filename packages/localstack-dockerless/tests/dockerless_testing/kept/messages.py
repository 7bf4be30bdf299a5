"""Keeps resources of SQS, SNS, SES and EventBridge."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import queue
from dockerless_testing.waiting import wait_until


def sqs(emulator: Emulator) -> Iterator[None]:
    """Keeps a waiting message, one in flight that comes back after its timeout, and the order of a FIFO queue."""
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName="kept", Attributes={"VisibilityTimeout": "2"})["QueueUrl"]
    fifo = sqs.create_queue(QueueName="kept.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    sqs.send_message(QueueUrl=url, MessageBody="waits")
    for number in ("1", "2"):
        sqs.send_message(QueueUrl=fifo, MessageBody=number, MessageGroupId="g", MessageDeduplicationId=number)
    yield
    seen: set[str] = set()

    def both() -> bool:
        seen.update(m["Body"] for m in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []))
        return seen == {"in flight", "waits"}

    wait_until(both, 20, "both messages")
    sqs.send_message(QueueUrl=fifo, MessageBody="2", MessageGroupId="g", MessageDeduplicationId="2")  # known already
    found = sqs.receive_message(QueueUrl=fifo, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in found] == ["1", "2"]


def sns(emulator: Emulator) -> Iterator[None]:
    """Keeps a topic with the subscriptions of a queue and a mail address."""
    sns, ses = emulator.client("sns"), emulator.client("ses")
    with queue(emulator, "sns.amazonaws.com") as made:
        topic = sns.create_topic(Name="kept")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=made.arn, Attributes={"RawMessageDelivery": "true"})
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="kept@example.com")
        ses.verify_email_identity(EmailAddress="from@example.com")
        yield
        sns.publish(TopicArn=topic, Message="after")
        assert made.next(having="after")["Body"] == "after"
        assert "from@example.com" in ses.list_identities()["Identities"]


def ses(emulator: Emulator) -> Iterator[None]:
    """Keeps a sent mail."""
    ses = emulator.client("ses")
    ses.verify_email_identity(EmailAddress="kept@example.com")
    body = {"Subject": {"Data": "kept subject"}, "Body": {"Text": {"Data": "text"}}}
    sent = ses.send_email(Source="kept@example.com", Destination={"ToAddresses": ["to@example.com"]}, Message=body)
    yield
    found = [mail for mail in emulator.get_json("/_aws/ses")["messages"] if mail["Id"] == sent["MessageId"]]
    assert [mail["Subject"] for mail in found] == ["kept subject"]


def eventbridge(emulator: Emulator) -> Iterator[None]:
    """Keeps a rule's pattern, a schedule and their target, and an archive with its events."""
    events = emulator.client("events")
    with queue(emulator, "events.amazonaws.com") as made:
        bus = events.create_event_bus(Name="kept")["EventBusArn"]
        rules: list[dict[str, Any]] = [
            {"Name": "kept-pattern", "EventBusName": "kept", "EventPattern": '{"source": ["test"]}'},
            {"Name": "kept-schedule", "ScheduleExpression": "rate(1 minute)"},
        ]
        for rule in rules:
            events.put_rule(**rule)
            bus_name = rule.get("EventBusName", "default")
            events.put_targets(Rule=rule["Name"], EventBusName=bus_name, Targets=[{"Id": "1", "Arn": made.arn}])
        events.create_archive(ArchiveName="kept", EventSourceArn=bus, EventPattern='{"source": ["test"]}')
        _put(events, "before")
        made.next(having="before")
        yield
        _put(events, "after")
        assert "before" not in made.next(having="after")["Body"]
        archived = wait_until(lambda: _archived(events, 2), 20, "two archived events")
        assert archived
        started = datetime.now(UTC)
        events.start_replay(
            ReplayName="kept",
            EventSourceArn=events.describe_archive(ArchiveName="kept")["ArchiveArn"],
            EventStartTime=started - timedelta(hours=1),
            EventEndTime=started + timedelta(hours=1),
            Destination={"Arn": bus},
        )
        assert "replay-name" in made.next(having='"before"')["Body"]
        assert json.loads(made.next(70, having="Scheduled Event")["Body"])["source"] == "aws.events"


def _put(events: Any, what: str) -> None:
    entry = {"Source": "test", "DetailType": "t", "Detail": json.dumps({"what": what}), "EventBusName": "kept"}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def _archived(events: Any, wanted: int) -> bool:
    return bool(events.describe_archive(ArchiveName="kept")["EventCount"] == wanted)
