"""Makes queues that a service may send to, and rules on a bus of their own, for the tests of event delivery."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import OPERATOR, Emulator
from dockerless_testing.roles import document
from dockerless_testing.waiting import wait_until

ACCOUNT, REGION = "000000000000", "eu-central-1"
EVENTS = "events.amazonaws.com"
MARK = 'said "so" \\ and more'
"""Stands in each event. It has characters that break a careless template."""


def unique(prefix: str = "t") -> str:
    return f"{prefix}{uuid.uuid4().hex[:12]}"


def client_of(emulator: Emulator, service: str, region: str) -> Any:
    return emulator.client_with(OPERATOR, service, region)


@dataclass(frozen=True)
class Queue:
    """Holds a queue's `arn` and `url`. `sqs` is the client of its region."""

    sqs: Any
    url: str
    arn: str

    def allow(self, service: str) -> None:
        allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sqs:SendMessage"}
        policy = document({**allowed, "Resource": self.arn})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": policy})

    def receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MessageAttributeNames=["All"], WaitTimeSeconds=1)
        return list(answer.get("Messages", []))

    def next(self, seconds: float = 20, having: str = "") -> dict[str, Any]:
        """Returns the next message whose body contains the text."""

        def found() -> list[dict[str, Any]]:
            return [message for message in self.receive() if having in message["Body"]]

        message: dict[str, Any] = wait_until(found, seconds, f"a message with {having!r}")[0]
        return message


@contextmanager
def queue(emulator: Emulator, service: str = "", region: str = REGION, **attributes: str) -> Iterator[Queue]:
    sqs = client_of(emulator, "sqs", region)
    name = unique() + (".fifo" if "FifoQueue" in attributes else "")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    made = Queue(sqs, url, f"arn:aws:sqs:{region}:{ACCOUNT}:{name}")
    if service:
        made.allow(service)
    try:
        yield made
    finally:
        sqs.delete_queue(QueueUrl=url)


@contextmanager
def stream(emulator: Emulator) -> Iterator[tuple[str, str]]:
    """Yields a Kinesis stream's name and ARN. It skips the test if LocalStack's Kinesis is not installed."""
    name, kinesis = unique(), emulator.client("kinesis", retries={"max_attempts": 0})
    try:
        kinesis.create_stream(StreamName=name, ShardCount=1)
    except ClientError as error:
        if "is not installed" not in str(error):
            raise
        pytest.skip(str(error))
    kinesis.get_waiter("stream_exists").wait(StreamName=name)
    try:
        yield name, f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"
    finally:
        kinesis.delete_stream(StreamName=name)


def records(emulator: Emulator, stream_name: str) -> list[bytes]:
    """Returns the records of the stream's one shard."""
    kinesis = emulator.client("kinesis")
    (shard,) = kinesis.describe_stream(StreamName=stream_name)["StreamDescription"]["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName=stream_name, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    return [each["Data"] for each in kinesis.get_records(ShardIterator=iterator)["Records"]]


@contextmanager
def rule(events: Any, bus: str = "default", **settings: Any) -> Iterator[tuple[str, Callable[..., None]]]:
    """Yields a rule's name, which is also the source of its events, and a function that adds a target."""
    name = unique()
    events.put_rule(Name=name, EventBusName=bus, **{"EventPattern": json.dumps({"source": [name]}), **settings})

    def put_target(arn: str, **target: Any) -> None:
        answer = events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "only", "Arn": arn, **target}])
        assert answer["FailedEntryCount"] == 0

    try:
        yield name, put_target
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["only"])
        events.delete_rule(Name=name, EventBusName=bus)


def put_event(events: Any, source: str, bus: str = "default", **detail: Any) -> None:
    entry = {"Source": source, "DetailType": "test", "Detail": json.dumps(detail), "EventBusName": bus}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
