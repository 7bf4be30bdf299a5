"""The program in docs/consumers.md does what the document says, and the event there is one that the notifier reads."""

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.notifier.alarm_events import Change, read_event

DOCUMENT = (Path(__file__).parents[2] / "docs" / "consumers.md").read_text()


class Queue:
    """Has messages until they are deleted. Each call of `receive_message` hands over all of them."""

    def __init__(self, *bodies: str) -> None:
        self.messages = {f"handle {number}": body for number, body in enumerate(bodies)}
        self.crashes = False

    def receive_message(self, **request: Any) -> dict[str, Any]:
        assert request["QueueUrl"] == "queue"
        found = [{"MessageId": each, "ReceiptHandle": each, "Body": body} for each, body in self.messages.items()]
        return {"Messages": found} if found else {}

    def delete_message(self, **request: Any) -> None:
        if self.crashes:
            raise KeyboardInterrupt
        del self.messages[request["ReceiptHandle"]]


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    return str(found)


def event(change: str, sequence: int, **changed: Any) -> str:
    return json.dumps(json.loads(block("json")) | {"event": change, "sequence": sequence} | changed)


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "work_list"}
    exec(compile(block("python"), "docs/consumers.md", "exec"), names)  # noqa: S102 -- the document's own program
    return names


@pytest.fixture
def database(program: dict[str, Any]) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    opened.execute(program["TABLE"])
    yield opened
    opened.close()


def work_list(database: sqlite3.Connection) -> list[tuple[str, int]]:
    return database.execute("SELECT error_type, sequence FROM alarms WHERE open ORDER BY 1").fetchall()


def test_an_event_is_stored_and_its_message_deleted(program: dict[str, Any], database: sqlite3.Connection) -> None:
    queue = Queue(event("raised", 1))
    assert program["consume"](queue, "queue", database) == 1
    assert (work_list(database), queue.messages) == ([("MCD", 1)], {})


def test_an_empty_queue_changes_nothing(program: dict[str, Any], database: sqlite3.Connection) -> None:
    assert program["consume"](Queue(), "queue", database) == 0


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 2, 1, 2), (2, 2, 1)])
def test_repeated_events_in_any_order_end_alike(
    program: dict[str, Any], database: sqlite3.Connection, order: tuple[int, ...]
) -> None:
    changes = {1: "raised", 2: "cleared"}
    queue = Queue(*(event(changes[sequence], sequence) for sequence in order))
    program["consume"](queue, "queue", database)
    assert (work_list(database), queue.messages) == ([], {})


def test_a_crash_before_the_deletion_repeats_the_event(program: dict[str, Any], database: sqlite3.Connection) -> None:
    queue = Queue(event("raised", 1))
    queue.crashes = True
    with pytest.raises(KeyboardInterrupt):
        program["consume"](queue, "queue", database)
    queue.crashes = False
    assert program["consume"](queue, "queue", database) == 0
    assert (work_list(database), queue.messages) == ([("MCD", 1)], {})


def test_a_message_that_is_no_event_stays_for_the_dead_letter_queue(
    program: dict[str, Any], database: sqlite3.Connection
) -> None:
    queue = Queue("no JSON", event("raised", 1, alarm_id="a"))
    assert program["consume"](queue, "queue", database) == 1
    assert list(queue.messages.values()) == ["no JSON"]


def test_the_event_is_one_that_the_notifier_reads() -> None:
    read = read_event(block("json"))
    assert (read.change, read.metering_point, read.recipient.notify) == (Change.RAISED, "1000000001", True)
    assert all(f"`{change}`" in DOCUMENT for change in Change)
