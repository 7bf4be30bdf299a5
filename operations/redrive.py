"""Re-queues dead letters, after you fixed the cause.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.redrive --outputs outputs.json

reaches AWS with the credentials of the shell. On the two dead-letter queues they need `sqs:StartMessageMoveTask`,
`sqs:ListMessageMoveTasks`, `sqs:ReceiveMessage`, `sqs:DeleteMessage` and `sqs:GetQueueAttributes`, on the alarm queue
`sqs:SendMessage`, and on the state machine `states:StartExecution`. `make redrive` does the same on a local stack.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from operations.outputs import OutputsError, read

OUTPUTS = ("alarm_queue_url", "alarm_dead_letter_queue_url", "undelivered_events_queue_url", "state_machine_arn")
POLL_SECONDS = 0.2
HIDDEN_SECONDS = 60
"""A message that is being handed on is hidden from other redrives for that long; left half-way, it is back then."""


class RedriveError(Exception):
    """Messages that could not be re-queued; they are still in the dead-letter queue."""


@dataclass(frozen=True)
class System:
    """The clients and the outputs of the system whose dead letters are re-queued."""

    sqs: Any
    steps: Any
    outputs: Mapping[str, Any]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.redrive", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
    except OutputsError as error:
        print(error, file=sys.stderr)
        return 1
    return redrive(System(boto3.client("sqs"), boto3.client("stepfunctions"), outputs), print)


def redrive(system: System, tell: Callable[[str], object]) -> int:
    """Re-queues both kinds of dead letters and reports each. Returns the exit code."""
    code = 0
    for requeue in (requeue_alarms, requeue_events):
        try:
            for line in requeue(system):
                tell(line)
        except RedriveError as error:
            tell(str(error))
            code = 1
    return code


def requeue_alarms(system: System) -> Iterator[str]:
    """Moves the alarm messages that their consumer could not handle back to their queue."""
    dead = system.outputs["alarm_dead_letter_queue_url"]
    found = system.sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"])[
        "Attributes"
    ]
    waiting, arn = int(found["ApproximateNumberOfMessages"]), found["QueueArn"]
    if not waiting:
        yield f"{_name(dead)}: empty"
        return
    system.sqs.start_message_move_task(SourceArn=arn)
    moved = _moved(system.sqs, arn)
    yield f"{_name(dead)}: {moved} of {waiting} messages moved to {_name(system.outputs['alarm_queue_url'])}"


def requeue_events(system: System) -> Iterator[str]:
    """Starts the pipeline with each scheduled event that could not start it.

    SQS moves messages only to queues. So each event is received, starts an execution, and is deleted after that. The
    execution has the event's name. So it starts only once, even if the deletion fails.
    """
    dead = system.outputs["undelivered_events_queue_url"]
    found = False
    while messages := _receive(system.sqs, dead):
        for message in messages:
            found = True
            yield f"{_name(dead)}: {_start(system, message)}"
            system.sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])
    if not found:
        yield f"{_name(dead)}: empty"


def _moved(sqs: Any, source_arn: str) -> int:
    """Waits for the end of a queue's latest task. Returns the number of messages that it moved."""
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


def _start(system: System, message: dict[str, Any]) -> str:
    event = json.loads(message["Body"])
    target = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue")
    if target != system.outputs["state_machine_arn"]:
        raise RedriveError(f"the event {event.get('id')} was for {target}, which is not the pipeline: it stays")
    name = f"redrive_{event['id']}"
    try:
        started = system.steps.start_execution(stateMachineArn=target, name=name, input=message["Body"])
    except system.steps.exceptions.ExecutionAlreadyExists:
        return f"event {event['id']} of {event['time']} had been re-queued before"
    return f"event {event['id']} of {event['time']} started {started['executionArn']}"


def _name(queue_url: str) -> str:
    return queue_url.rsplit("/", 1)[1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
