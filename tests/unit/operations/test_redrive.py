"""Dead letters are re-queued with nothing but Terraform's outputs and AWS's own calls, on AWS as on the laptop."""

import json
from typing import Any

import pytest

from operations import redrive
from operations.redrive import System

MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:pipeline"
OUTPUTS = {
    "alarm_queue_url": "https://sqs/1/alarms",
    "alarm_dead_letter_queue_url": "https://sqs/1/alarms-dead",
    "undelivered_events_queue_url": "https://sqs/1/events-dead",
    "state_machine_arn": MACHINE,
}
EVENT = {"id": "e-1", "time": "2026-11-02T01:15:00Z", "detail-type": "Scheduled Event"}


class AlreadyExistsError(Exception):
    pass


class Queues:
    """Stands for SQS, with `waiting` dead letters of the alarms' queue and `events` of the daily rule's queue."""

    def __init__(self, waiting: int = 0, events: list[dict[str, Any]] | None = None, status: str = "COMPLETED") -> None:
        self.waiting, self.events, self.status = waiting, events or [], status
        self.moves: list[str] = []

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        return {"Attributes": {"QueueArn": "arn:dead", "ApproximateNumberOfMessages": str(self.waiting)}}

    def start_message_move_task(self, SourceArn: str) -> None:  # noqa: N803 -- boto3's name
        self.moves.append(SourceArn)

    def list_message_move_tasks(self, **_: Any) -> dict[str, Any]:
        result = {"Status": self.status, "ApproximateNumberOfMessagesMoved": self.waiting, "FailureReason": "denied"}
        return {"Results": [result]}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        return {"Messages": self.events[:10]}

    def delete_message(self, ReceiptHandle: str, **_: Any) -> None:  # noqa: N803 -- boto3's name
        self.events = [event for event in self.events if event["ReceiptHandle"] != ReceiptHandle]


class Steps:
    class exceptions:  # noqa: N801 -- boto3's name
        ExecutionAlreadyExists = AlreadyExistsError

    def __init__(self, *, known: bool = False) -> None:
        self.known, self.started = known, list[dict[str, Any]]()

    def start_execution(self, **request: Any) -> dict[str, Any]:
        if self.known:
            raise AlreadyExistsError
        self.started.append(request)
        return {"executionArn": f"arn:{request['name']}"}


def message(target: str = MACHINE) -> dict[str, Any]:
    return {
        "Body": json.dumps(EVENT),
        "ReceiptHandle": "h",
        "MessageAttributes": {"TARGET_ARN": {"StringValue": target}},
    }


def run(sqs: Queues, steps: Steps) -> tuple[int, list[str]]:
    told: list[str] = []
    return redrive.redrive(System(sqs, steps, OUTPUTS), told.append), told


def test_empty_queues_are_said_to_be_empty() -> None:
    assert run(Queues(), Steps()) == (0, ["alarms-dead: empty", "events-dead: empty"])


def test_alarm_messages_move_back_to_their_queue() -> None:
    sqs = Queues(3)
    assert run(sqs, Steps()) == (0, ["alarms-dead: 3 of 3 messages moved to alarms", "events-dead: empty"])
    assert sqs.moves == ["arn:dead"]


def test_an_event_starts_its_run_once_and_is_deleted() -> None:
    sqs, steps = Queues(events=[message()]), Steps()
    code, told = run(sqs, steps)
    assert (code, sqs.events) == (0, [])
    assert steps.started == [{"stateMachineArn": MACHINE, "name": "redrive_e-1", "input": json.dumps(EVENT)}]
    assert "started arn:redrive_e-1" in told[1]


def test_an_event_that_was_re_queued_before_is_only_deleted() -> None:
    sqs = Queues(events=[message()])
    code, told = run(sqs, Steps(known=True))
    assert (code, sqs.events) == (0, [])
    assert "had been re-queued before" in told[1]


def test_an_event_of_another_target_stays() -> None:
    sqs, steps = Queues(events=[message("arn:other")]), Steps()
    code, told = run(sqs, steps)
    assert (code, len(sqs.events), steps.started) == (1, 1, [])
    assert "it stays" in told[-1]


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_a_move_that_fails_says_why_and_the_events_are_re_queued_all_the_same(status: str) -> None:
    sqs = Queues(2, [message()], status)
    code, told = run(sqs, Steps())
    assert (code, sqs.events) == (1, [])
    assert told[0] == f"arn:dead: {status} after 2 messages: denied"
