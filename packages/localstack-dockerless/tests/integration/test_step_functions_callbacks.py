"""A state waits for a task token until somebody sends it back, or until its heartbeat or its time ends.

https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

SOURCE = """
import boto3, json

def handle(event, context):
    states = boto3.client("stepfunctions")
    if event["do"] == "fail":
        states.send_task_failure(taskToken=event["token"], error="Meter.Offline", cause="meter 7")
    else:
        states.send_task_success(taskToken=event["token"], output=json.dumps({"read": event["do"]}))
    return "is not the state's output"
"""


class Machine:
    """Holds a state machine with one state that waits for its token."""

    def __init__(self, emulator: Emulator, stack: ExitStack, state: dict[str, Any]) -> None:
        self.states = emulator.client("stepfunctions")
        definition = {"StartAt": "Wait", "States": {"Wait": {"Type": "Task", "End": True, **state}}}
        made = self.states.create_state_machine(
            name=f"m{uuid.uuid4().hex[:12]}",
            definition=json.dumps(definition),
            roleArn=arn_of(stack.enter_context(role(emulator))),
        )
        self.arn = made["stateMachineArn"]
        stack.callback(self.states.delete_state_machine, stateMachineArn=self.arn)

    def start(self, **given: Any) -> str:
        return str(self.states.start_execution(stateMachineArn=self.arn, input=json.dumps(given))["executionArn"])

    def end_of(self, execution: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = self.states.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        found = wait_until(ended, 30, "the execution's end")
        assert found is not None
        return found


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def test_a_function_sends_the_token_back(emulator: Emulator, stack: ExitStack) -> None:
    made = stack.enter_context(function(emulator, SOURCE))
    machine = Machine(
        emulator,
        stack,
        {
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Parameters": {"FunctionName": made.name, "Payload": {"do.$": "$.do", "token.$": "$$.Task.Token"}},
            "TimeoutSeconds": 30,
        },
    )
    done = machine.end_of(machine.start(do="once"))
    assert (done["status"], json.loads(done["output"])) == ("SUCCEEDED", {"read": "once"})
    failed = machine.end_of(machine.start(do="fail"))
    assert (failed["status"], failed["error"], failed["cause"]) == ("FAILED", "Meter.Offline", "meter 7")


@pytest.fixture
def waiting(emulator: Emulator, stack: ExitStack) -> tuple[Machine, Any]:
    """Returns a machine that sends its token to a queue, and a function that takes the next token."""
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=f"q{uuid.uuid4().hex[:12]}")["QueueUrl"]
    stack.callback(sqs.delete_queue, QueueUrl=url)
    machine = Machine(
        emulator,
        stack,
        {
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": url, "MessageBody": {"token.$": "$$.Task.Token"}},
            "HeartbeatSeconds": 3,
            "TimeoutSeconds": 60,
        },
    )

    def token() -> str:
        found = wait_until(lambda: sqs.receive_message(QueueUrl=url).get("Messages"), 30, "the token's message")
        return str(json.loads(found[0]["Body"])["token"])

    return machine, token


def test_the_token_of_a_message_ends_the_state_once(emulator: Emulator, waiting: tuple[Machine, Any]) -> None:
    machine, token = waiting
    execution = machine.start()
    sent = token()
    machine.states.send_task_heartbeat(taskToken=sent)
    machine.states.send_task_success(taskToken=sent, output='{"read": 7}')
    assert json.loads(machine.end_of(execution)["output"]) == {"read": 7}
    with pytest.raises(ClientError, match="TaskTimedOut"):
        machine.states.send_task_heartbeat(taskToken=sent)
    with pytest.raises(ClientError, match="TaskTimedOut"):
        machine.states.send_task_success(taskToken=sent, output="{}")
    with pytest.raises(ClientError, match="TaskTimedOut"):
        machine.states.send_task_failure(taskToken=sent, error="Late")
    with pytest.raises(ClientError, match="InvalidToken"):
        machine.states.send_task_success(taskToken="none", output="{}")


def test_a_state_without_heartbeats_times_out(waiting: tuple[Machine, Any]) -> None:
    machine, token = waiting
    execution = machine.start()
    token()
    ended = machine.end_of(execution)
    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
