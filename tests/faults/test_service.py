"""The ingestion service at load, while the database or the instances die under it."""

from dataclasses import dataclass

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import Answer, ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.tasks import RECOVERY_SECONDS, Tasks
from tests.faults.findings import Findings
from tests.faults.load import BATCH, Sent, send_again, stored_of_each, under_load
from tests.faults.processes import embedded_alone, kill_postgres, postgres_pid

FIRST_ANSWERS = 100
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class World:
    """What each of these tests needs: the service complete, and a customer of its own."""

    stack: RunningStack
    api: ApiClient
    tasks: Tasks
    customer: TestCustomer
    findings: Findings


@pytest.fixture
def world(stack: RunningStack, api: ApiClient, tasks: Tasks, customers: Customers, findings: Findings) -> World:
    return World(stack, api, tasks, customers.create(), findings)


def test_postgres_killed_at_load_loses_no_answered_batch_and_halves_none(world: World) -> None:
    stack, tasks = world.stack, world.tasks
    embedded_alone(stack)
    before = _running(tasks)
    with under_load(stack, world.customer) as sent:
        _wait_for_more(sent)
        killed = kill_postgres(stack)
        wait_until(lambda: sent.of_status(503), ANSWER_SECONDS, "a caller that is told to come back")
        _wait_for_more(sent)
    assert postgres_pid(stack) != killed
    assert set(sent.statuses()) <= {"200", "503"}
    assert all(_tells_when_to_come_back(answer) for answer in sent.of_status(503))
    assert _running(tasks) == before, "the service was restarted"
    _check_and_note(world, "Postgres killed and restarted at load", sent)


def test_one_killed_instance_loses_no_answered_batch(world: World) -> None:
    stack, tasks = world.stack, world.tasks
    before, victim = _running(tasks), tasks.healthy()[0]
    with under_load(stack, world.customer) as sent:
        _wait_for_more(sent)
        stack.kill_task(*victim)
        wait_until(lambda: len(tasks.healthy()) == 1, RECOVERY_SECONDS, "the killed task out of the target group")
        _wait_for_more(sent)
        wait_until(tasks.are_complete, RECOVERY_SECONDS, "a task in the killed one's place")
        _wait_for_more(sent)
    assert len(_running(tasks) - before) == 1
    assert set(sent.statuses()) <= {"200", "503", "504"}
    _check_and_note(world, "One of two instances killed at load", sent)


def test_both_instances_killed_and_back_lose_no_answered_batch(world: World) -> None:
    stack, tasks = world.stack, world.tasks
    before = _running(tasks)
    with under_load(stack, world.customer) as sent:
        _wait_for_more(sent)
        for victim in tasks.healthy():
            stack.kill_task(*victim)
        wait_until(lambda: sent.of_status(503), ANSWER_SECONDS, "a caller that nobody serves")
        wait_until(lambda: not tasks.healthy(), RECOVERY_SECONDS, "both tasks out of the target group")
        wait_until(tasks.are_complete, RECOVERY_SECONDS, "both tasks back in the target group")
        _wait_for_more(sent)
    assert _running(tasks).isdisjoint(before)
    assert set(sent.statuses()) <= {"200", "503", "504"}
    _check_and_note(world, "Both instances killed at load, then back", sent)


def _running(tasks: Tasks) -> set[str]:
    return {task["taskArn"] for task in tasks.running()}


def _wait_for_more(sent: Sent) -> None:
    enough = len(sent.numbers(200)) + FIRST_ANSWERS
    wait_until(lambda: len(sent.numbers(200)) >= enough, ANSWER_SECONDS, f"{FIRST_ANSWERS} more answers")


def _tells_when_to_come_back(answer: Answer) -> bool:
    return int(answer.headers.get("retry-after", "0")) >= 1


def _check_and_note(world: World, fault: str, sent: Sent) -> None:
    stack, api, customer = world.stack, world.api, world.customer
    stored, answered = stored_of_each(api, customer), sent.numbers(200)
    assert set(stored.values()) == {BATCH}, "a batch is half there"
    assert answered <= set(stored), "a batch that was answered is lost"
    unanswered = set(sent.answers) - answered
    again = send_again(stack, customer, unanswered)
    assert again["stored"] == BATCH * len(unanswered - set(stored))
    assert again["duplicates"] == BATCH * len(unanswered & set(stored))
    assert set(stored_of_each(api, customer)) == set(sent.answers)
    others = {status: count for status, count in sent.statuses().items() if status != "200"}
    world.findings.note(
        fault,
        f"{len(sent.answers):,} batches of {BATCH}",
        len(answered),
        ", ".join(f"{status}: {count:,}" for status, count in sorted(others.items())) or "none",
        f"{len(stored):,} whole batches, 0 halves; the other {len(unanswered - set(stored)):,} stored when sent again",
    )
