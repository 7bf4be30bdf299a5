"""A queue of events has a reader from its first event on, and after an update of the function too."""

import threading
from collections.abc import Iterator

import pytest

from localstack_dockerless.services.lambda_ import event_readers
from localstack_dockerless.services.lambda_.event_readers import Reader


class Poller:
    """Reads until it is stopped, as LocalStack's does."""

    def __init__(self, queue: str) -> None:
        self.event_queue_url = queue
        self.reads, self.stopped = threading.Event(), threading.Event()

    def run(self) -> None:
        self.reads.set()
        assert self.stopped.wait(60)


@pytest.fixture(autouse=True)
def pollers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Poller]]:
    """Holds 2 pollers of one queue. An update replaces the first by the second."""
    monkeypatch.setattr(event_readers, "_used", set())
    made = [Poller("events"), Poller("events")]
    yield made
    for poller in made:
        poller.stopped.set()


def started(poller: Poller) -> Reader:
    reader = Reader(poller.run, name="reader")
    reader.start()
    return reader


def test_a_queue_without_events_has_no_thread(pollers: list[Poller]) -> None:
    reader = started(pollers[0])
    assert reader.ident is None
    reader.join(timeout=3)  # a version that is deleted
    assert not reader.is_alive()


def test_the_first_event_wakes_the_reader_and_the_next_one_finds_it(pollers: list[Poller]) -> None:
    reader = started(pollers[0])
    reader.read()
    assert pollers[0].reads.wait(60)
    reader.read()
    pollers[0].stopped.set()
    reader.join(timeout=60)
    assert not reader.is_alive()


def test_the_reader_after_an_update_of_a_used_queue_begins_at_once(pollers: list[Poller]) -> None:
    started(pollers[0]).read()
    after = started(pollers[1])
    assert pollers[1].reads.wait(60)
    assert after.is_alive()


def test_an_event_for_a_replaced_reader_wakes_its_successor(pollers: list[Poller]) -> None:
    before, after = started(pollers[0]), started(pollers[1])
    before.read()
    assert pollers[1].reads.wait(60)
    assert after.is_alive()
