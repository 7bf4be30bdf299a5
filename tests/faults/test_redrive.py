"""What could not be handled waits in a dead-letter queue, and `make redrive` brings it back."""

import json
import subprocess
from functools import partial
from typing import Any

from dockerless_testing.waiting import wait_until
from local.launcher.guard import local_only
from local.launcher.settings import REPOSITORY
from local.observe.alarm_queue import PATH
from local.observe.running import RunningStack, local_client
from tests.e2e.pipeline import put_back, receive
from tests.faults.conditions import ALARM_SECONDS, Conditions
from tests.faults.findings import Findings
from tests.faults.twins import described

FIRED_SECONDS = 120
"""LocalStack looks at its rules once a minute."""


def test_make_redrive_brings_back_what_could_not_be_handled(
    stack: RunningStack, conditions: Conditions, findings: Findings
) -> None:
    alarms, events = stack.outputs["alarm_dead_letter_queue_url"], stack.outputs["undelivered_events_queue_url"]
    wait_until(lambda: conditions.poison in _bodies(stack, alarms), 30, "the message in the dead-letter queue")
    wait_until(lambda: _events(stack, conditions.rule), FIRED_SECONDS, "an event in the dead-letter queue")
    assert conditions.undelivered.hit >= 1
    _wait_for_both_alarms(stack)
    conditions.end_of_rule()
    events_of_rule = _events(stack, conditions.rule)
    waiting = len(_bodies(stack, alarms)) + len(_bodies(stack, events))
    printed = _make_redrive(stack)
    assert _bodies(stack, alarms) == []
    assert _bodies(stack, events) == []
    assert conditions.poison in _bodies(stack, stack.outputs["alarm_queue_url"])
    assert "messages moved to" in printed
    assert "started arn:aws:states" in printed
    assert [event for event in events_of_rule if event not in printed] == []
    _forget_poison(stack, conditions.poison)
    findings.note(
        "A message that its consumer cannot handle; a scheduled event that starts nothing",
        f"1 message, {len(events_of_rule)} events",
        "none",
        "5 receives; 1 attempt each, denied",
        f"{waiting} in dead-letter queues, 2 alarms; after make redrive 0, the message back, each event's run started",
    )


def _make_redrive(stack: RunningStack) -> str:
    done = subprocess.run(
        ["make", "redrive"],
        cwd=REPOSITORY,
        env=local_only(stack.edge_url) | {"STACK": stack.name},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _wait_for_both_alarms(stack: RunningStack) -> None:
    """The alarms look at the depth, which is nothing after the redrive."""
    for name in ("dead-letters-alarms", "dead-letters-events"):
        wait_until(partial(_is_in_alarm, stack, name), ALARM_SECONDS, f"the alarm {name}")


def _is_in_alarm(stack: RunningStack, name: str) -> bool:
    return bool(described(stack, name)["StateValue"] == "ALARM")


def _peeked(stack: RunningStack, queue: str) -> list[dict[str, Any]]:
    answer = local_client(stack.edge_url + PATH, "sqs").receive_message(QueueUrl=queue)
    return list(answer.get("Messages", []))


def _bodies(stack: RunningStack, queue: str) -> list[str]:
    return [str(message["Body"]) for message in _peeked(stack, queue)]


def _events(stack: RunningStack, rule: str) -> list[str]:
    """The ids of the rule's events that were not delivered."""
    bodies = [json.loads(body) for body in _bodies(stack, stack.outputs["undelivered_events_queue_url"])]
    return [str(event["id"]) for event in bodies if event["resources"][0].endswith(f"rule/{rule}")]


def _forget_poison(stack: RunningStack, body: str) -> None:
    """Take it for good, as a mended consumer does; all other messages are left as they were."""
    sqs, queue = stack.client("sqs"), stack.outputs["alarm_queue_url"]
    received: list[dict[str, Any]] = []

    def found() -> list[dict[str, Any]]:
        received.extend(receive(sqs, queue))
        return [message for message in received if message["Body"] == body]

    try:
        (poison,) = wait_until(found, 30, "the message to take")
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=poison["ReceiptHandle"])
    finally:
        put_back(sqs, queue, [message for message in received if message["Body"] != body])
