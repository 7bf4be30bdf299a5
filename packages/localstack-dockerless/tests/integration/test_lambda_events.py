"""Asynchronous invocations, destinations and event sources reach functions that run as processes."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.event_world import stream
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import document
from dockerless_testing.waiting import wait_until

ECHO = """
def handle(event, context):
    if event == "fail":
        raise ValueError("as asked")
    print("got", event)
    return event
"""


@pytest.fixture
def queue(emulator: Any) -> Iterator[dict[str, str]]:
    """Yields the queue's `url` and `arn`."""
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=f"queue-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    yield {"url": url, "arn": arn}
    sqs.delete_queue(QueueUrl=url)


def test_an_asynchronous_invocation(emulator: Any):
    with function(emulator, ECHO) as echo:
        response = emulator.client("lambda").invoke(FunctionName=echo.name, InvocationType="Event", Payload=b'"later"')
        assert response["StatusCode"] == 202
        echo.wait_for_log("got later")


@pytest.mark.parametrize(("event", "condition"), [("fine", "OnSuccess"), ("fail", "OnFailure")])
def test_a_destination(emulator: Any, queue: dict[str, str], event: str, condition: str):
    client = emulator.client("lambda")
    with function(emulator, ECHO) as echo:
        client.put_function_event_invoke_config(
            FunctionName=echo.name,
            MaximumRetryAttempts=0,
            DestinationConfig={condition: {"Destination": queue["arn"]}},
        )
        client.invoke(FunctionName=echo.name, InvocationType="Event", Payload=json.dumps(event))
        record = json.loads(receive(emulator, queue["url"]))
        assert record["requestPayload"] == event
        if condition == "OnSuccess":
            assert record["responsePayload"] == event
        else:
            assert record["responsePayload"]["errorType"] == "ValueError"


def test_a_queue_as_event_source(emulator: Any, queue: dict[str, str]):
    client = emulator.client("lambda")
    source = "def handle(event, context):\n    print('got', event['Records'][0]['body'])"
    with function(emulator, source, Timeout=5) as reader:
        mapping = client.create_event_source_mapping(EventSourceArn=queue["arn"], FunctionName=reader.name)
        try:
            emulator.client("sqs").send_message(QueueUrl=queue["url"], MessageBody="from the queue")
            reader.wait_for_log("got from the queue")
        finally:
            client.delete_event_source_mapping(UUID=mapping["UUID"])


def test_an_invocation_right_after_an_update_is_not_held_back(emulator: Any, queue: dict[str, str]):
    """The earlier reader may have fetched the event. If it did not release the event, it would come 63 s later."""
    client = emulator.client("lambda")
    with function(emulator, ECHO, Timeout=60) as echo:
        client.put_function_event_invoke_config(
            FunctionName=echo.name, DestinationConfig={"OnSuccess": {"Destination": queue["arn"]}}
        )
        for turn in range(3):
            client.update_function_configuration(FunctionName=echo.name, Description=f"turn {turn}")
            client.invoke(FunctionName=echo.name, InvocationType="Event", Payload=json.dumps(turn))
            assert json.loads(receive(emulator, queue["url"], 40))["requestPayload"] == turn
            client.get_waiter("function_updated_v2").wait(FunctionName=echo.name)


@pytest.mark.parametrize("kind", ["sqs", "sns"])
def test_a_dead_letter_names_its_invocation(emulator: Any, queue: dict[str, str], kind: str):
    client, sns = emulator.client("lambda"), emulator.client("sns")
    target = queue["arn"]
    if kind == "sns":
        target = sns.create_topic(Name=f"topic-{uuid.uuid4().hex[:12]}")["TopicArn"]
        policy = document({"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue["arn"]})
        emulator.client("sqs").set_queue_attributes(QueueUrl=queue["url"], Attributes={"Policy": policy})
        raw = {"RawMessageDelivery": "true"}
        sns.subscribe(TopicArn=target, Protocol="sqs", Endpoint=queue["arn"], Attributes=raw)
    with function(emulator, ECHO, DeadLetterConfig={"TargetArn": target}) as echo:
        client.put_function_event_invoke_config(FunctionName=echo.name, MaximumRetryAttempts=0)
        answer = client.invoke(FunctionName=echo.name, InvocationType="Event", Payload=b'"fail"')
        message = next_message(emulator, queue["url"])
    facts = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert message["Body"] == '"fail"'
    assert facts == {
        "RequestID": answer["ResponseMetadata"]["RequestId"],
        "ErrorCode": "200",
        "ErrorMessage": "as asked",
    }


def receive(emulator: Any, url: str, seconds: float = 20) -> str:
    """Returns the body of the queue's next message."""
    body: str = next_message(emulator, url, seconds)["Body"]
    return body


def next_message(emulator: Any, url: str, seconds: float = 20) -> dict[str, Any]:
    sqs = emulator.client("sqs")

    def messages() -> list[Any]:
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MessageAttributeNames=["All"])
        found: list[Any] = answer.get("Messages", [])
        return found

    message: dict[str, Any] = wait_until(messages, seconds, "a message")[0]
    return message


def test_a_stream_as_event_source(emulator: Any):
    client, kinesis = emulator.client("lambda"), emulator.client("kinesis")
    source = "def handle(event, context):\n    print('got', event['Records'][0]['kinesis']['partitionKey'])"
    with stream(emulator) as (name, arn), function(emulator, source) as reader:
        mapping = client.create_event_source_mapping(
            EventSourceArn=arn, FunctionName=reader.name, StartingPosition="TRIM_HORIZON"
        )
        try:
            kinesis.put_record(StreamName=name, Data=b"reading", PartitionKey="meter-7")
            reader.wait_for_log("got meter-7")
        finally:
            client.delete_event_source_mapping(UUID=mapping["UUID"])


@pytest.mark.parametrize("kind", ["topic", "bus", "function"])
def test_a_destination_of_each_kind(emulator: Any, queue: dict[str, str], kind: str):
    client, sns, events = emulator.client("lambda"), emulator.client("sns"), emulator.client("events")
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": queue["arn"]}
    emulator.client("sqs").set_queue_attributes(QueueUrl=queue["url"], Attributes={"Policy": document(allowed)})
    with function(emulator, ECHO) as echo, function(emulator, ECHO) as other:
        region_and_account = queue["arn"].removeprefix("arn:aws:sqs:").rpartition(":")[0]
        if kind == "topic":
            destination = sns.create_topic(Name=echo.name)["TopicArn"]
            sns.subscribe(TopicArn=destination, Protocol="sqs", Endpoint=queue["arn"])
        elif kind == "bus":
            destination = events.create_event_bus(Name=echo.name)["EventBusArn"]
            events.put_rule(Name="all", EventBusName=echo.name, EventPattern='{"source": ["lambda"]}')
            events.put_targets(Rule="all", EventBusName=echo.name, Targets=[{"Id": "queue", "Arn": queue["arn"]}])
        else:
            destination = f"arn:aws:lambda:{region_and_account}:function:{other.name}"
        client.put_function_event_invoke_config(
            FunctionName=echo.name, DestinationConfig={"OnSuccess": {"Destination": destination}}
        )
        client.invoke(FunctionName=echo.name, InvocationType="Event", Payload=b'"handed on"')
        if kind == "function":
            other.wait_for_log("'requestPayload': 'handed on'")
        else:
            assert "handed on" in receive(emulator, queue["url"])
