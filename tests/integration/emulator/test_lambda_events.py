"""Asynchronous invocations, destinations and event sources reach functions that run as processes."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.emulator.lambda_functions import function
from tests.support.waiting import wait_until

ECHO = """
def handle(event, context):
    if event == "fail":
        raise ValueError("as asked")
    print("got", event)
    return event
"""


@pytest.fixture
def queue(emulator: Any) -> Iterator[dict[str, str]]:
    """`url` and `arn`."""
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


def receive(emulator: Any, url: str) -> str:
    """The body of the queue's next message."""
    sqs = emulator.client("sqs")

    def messages() -> list[Any]:
        found: list[Any] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", [])
        return found

    body: str = wait_until(messages, 20, "a message")[0]["Body"]
    return body
