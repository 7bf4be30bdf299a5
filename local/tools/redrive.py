"""`make redrive`: bring back what waits in the dead-letter queues, once its cause is mended."""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from rich.console import Console

from local.stack.errors import ExpectedError
from local.stack.running import RunningStack, load
from local.tools.console import run_tool

POLL_SECONDS = 0.2
HIDDEN_SECONDS = 60
"""A message that is being handed on is hidden from other redrives for that long; left half-way, it is back then."""


class RedriveError(ExpectedError):
    """Messages that could not be brought back; they are still in the dead-letter queue."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.tools.redrive", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(redrive, options), options.stack)


def redrive(options: argparse.Namespace, console: Console) -> int:
    stack, failed = load(options.stack), 0
    for bring_back in (bring_back_alarms, bring_back_events):
        try:
            for line in bring_back(stack):
                console.print(line, markup=False, soft_wrap=True)
        except RedriveError as error:
            console.print(f"[red]{error}[/red]", soft_wrap=True)
            failed = 1
    return failed


def bring_back_alarms(stack: RunningStack) -> Iterator[str]:
    """The alarm messages that their consumer could not handle, back to the queue that they came from."""
    sqs = stack.client("sqs")
    dead = stack.outputs["alarm_dead_letter_queue_url"]
    waiting = waiting_in(stack, dead)
    if not waiting:
        yield f"{_name(dead)}: empty"
        return
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.start_message_move_task(SourceArn=arn)
    moved = _moved(sqs, arn)
    yield f"{_name(dead)}: {moved} of {waiting} messages moved to {_name(stack.outputs['alarm_queue_url'])}"


def bring_back_events(stack: RunningStack) -> Iterator[str]:
    """The scheduled events that could not start the pipeline: it is started with each of them.

    SQS moves messages to queues alone, so each is received, started, and deleted after that. Named after the event,
    an execution starts once, even where the deletion fails and the event is met again.
    """
    sqs, dead = stack.client("sqs"), stack.outputs["undelivered_events_queue_url"]
    found = False
    while messages := _receive(sqs, dead):
        for message in messages:
            found = True
            yield f"{_name(dead)}: {_start(stack, message)}"
            sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    if not found:
        yield f"{_name(dead)}: empty"


def waiting_in(stack: RunningStack, queue_url: str) -> int:
    """How many messages are visible in a queue."""
    name = "ApproximateNumberOfMessages"
    answer = stack.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def _moved(sqs: Any, source_arn: str) -> int:
    """Wait for the end of the latest task of a queue; the number of messages that it moved."""
    while True:
        task = sqs.list_message_move_tasks(SourceArn=source_arn, MaxResults=1)["Results"][0]
        moved = int(task["ApproximateNumberOfMessagesMoved"])
        if task["Status"] == "COMPLETED":
            return moved
        if task["Status"] not in ("RUNNING", "CREATED"):
            reason = task.get("FailureReason", "no reason given")
            raise RedriveError(f"{source_arn}: {task['Status']} after {moved} messages: {reason}")
        time.sleep(POLL_SECONDS)


def _receive(sqs: Any, queue_url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=1,
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _start(stack: RunningStack, message: dict[str, Any]) -> str:
    steps, event = stack.client("stepfunctions"), json.loads(message["Body"])
    target = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue")
    if target != stack.outputs["state_machine_arn"]:
        raise RedriveError(f"the event {event.get('id')} was for {target}, which is not the pipeline: it stays")
    name = f"redrive_{event['id']}"
    try:
        execution = steps.start_execution(stateMachineArn=target, name=name, input=message["Body"])["executionArn"]
    except steps.exceptions.ExecutionAlreadyExists:
        return f"event {event['id']} of {event['time']} had been brought back before"
    return f"event {event['id']} of {event['time']} started {execution}"


def _name(queue_url: str) -> str:
    return queue_url.rsplit("/", 1)[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
