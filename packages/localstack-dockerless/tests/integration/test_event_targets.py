"""EventBridge rules start state machines with any input of their target, or send the event to the dead-letter queue."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of, document, role
from dockerless_testing.waiting import wait_until

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}


@pytest.fixture
def any_role(emulator: Emulator) -> Iterator[str]:
    with role(emulator) as name:
        yield arn_of(name)


@pytest.fixture
def machine(emulator: Emulator, any_role: str) -> Iterator[str]:
    client = emulator.client("stepfunctions")
    arn = client.create_state_machine(name=f"t{uuid.uuid4().hex}", definition=json.dumps(PASS), roleArn=any_role)[
        "stateMachineArn"
    ]
    yield arn
    client.delete_state_machine(stateMachineArn=arn)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": '{"date": "2026-01-02"}'}, {"date": "2026-01-02"}),
        ({"Input": "{}"}, {}),
        ({"InputPath": "$.detail"}, {"date": "2026-01-03"}),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"date": "$.detail.date"},
                    "InputTemplate": '{"date": "<date>"}',
                }
            },
            {"date": "2026-01-03"},
        ),
    ],
)
def test_an_execution_has_the_input_of_its_target(
    emulator: Emulator, machine: str, any_role: str, target: dict[str, Any], expected: dict[str, str]
) -> None:
    events, states = emulator.client("events"), emulator.client("stepfunctions")
    rule = f"t{uuid.uuid4().hex}"
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    try:
        events.put_targets(Rule=rule, Targets=[{"Id": "machine", "Arn": machine, "RoleArn": any_role, **target}])
        detail = json.dumps({"date": "2026-01-03"})
        events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": detail}])
        found = wait_until(lambda: states.list_executions(stateMachineArn=machine)["executions"], 20, "an execution")
        execution = states.describe_execution(executionArn=found[0]["executionArn"])
        assert json.loads(execution["input"]) == expected
    finally:
        events.remove_targets(Rule=rule, Ids=["machine"])
        events.delete_rule(Name=rule)


def test_an_event_that_no_target_takes_is_buried_with_the_reason(emulator: Emulator, any_role: str) -> None:
    events, sqs = emulator.client("events"), emulator.client("sqs")
    rule = f"t{uuid.uuid4().hex}"
    queue = sqs.create_queue(QueueName=rule)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    gone = "arn:aws:states:eu-central-1:000000000000:stateMachine:gone"
    rule_arn = events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))["RuleArn"]
    takes = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = document({**takes, "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}}})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    try:
        target = {"Id": "machine", "Arn": gone, "RoleArn": any_role, "DeadLetterConfig": {"Arn": arn}}
        events.put_targets(Rule=rule, Targets=[target])
        events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": '{"date": "2026-01-03"}'}])
        (message,) = wait_until(lambda: _received(sqs, queue), 30, "the event in the dead-letter queue")
    finally:
        events.remove_targets(Rule=rule, Ids=["machine"])
        events.delete_rule(Name=rule)
        sqs.delete_queue(QueueUrl=queue)
    facts = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
    assert json.loads(message["Body"])["detail"] == {"date": "2026-01-03"}
    assert (facts["RULE_ARN"], facts["TARGET_ARN"]) == (rule_arn, gone)
    assert (facts["ERROR_CODE"], facts["RETRY_ATTEMPTS"]) == ("StateMachineDoesNotExist", "0")


def _received(sqs: Any, queue: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], WaitTimeSeconds=1)
    return list(answer.get("Messages", []))
