"""Callers that each send batches of their own, once, while something breaks."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from local.observe.running import RunningStack
from tests.e2e.api_client import Answer, ApiClient
from tests.e2e.customers import TestCustomer
from tests.e2e.readings import QUARTER_HOUR, reading

CALLERS = 8
BATCH = 12
FIRST = datetime(2003, 4, 1, tzinfo=UTC)
MOST_BATCHES = 20_000
PAUSE_WHEN_REFUSED = 0.25
"""Seconds; a caller that took Retry-After at its word would see little of the outage."""


@dataclass
class Sent:
    """What became of each batch: its number, and the answer; none where the connection broke."""

    answers: dict[int, Answer | None] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, number: int, answer: Answer | None) -> None:
        with self.lock:
            self.answers[number] = answer

    def numbers(self, status: int) -> set[int]:
        with self.lock:
            return {number for number, answer in self.answers.items() if answer is not None and answer.status == status}

    def statuses(self) -> dict[str, int]:
        """How many answers of each status; `broken` are calls without one."""
        with self.lock:
            answers = list(self.answers.values())
        return dict(Counter("broken" if answer is None else str(answer.status) for answer in answers))

    def of_status(self, status: int) -> list[Answer]:
        with self.lock:
            return [answer for answer in self.answers.values() if answer is not None and answer.status == status]


def batch(number: int) -> list[dict[str, Any]]:
    """The readings of a batch, which no other batch has."""
    start = FIRST + number * BATCH * QUARTER_HOUR
    return [reading(start + index * QUARTER_HOUR, round(0.1 + index / 100, 2)) for index in range(BATCH)]


@contextmanager
def under_load(stack: RunningStack, customer: TestCustomer) -> Iterator[Sent]:
    """Within it, callers send one batch after another; after it, every answer is there."""
    sent, stop, numbers = Sent(), threading.Event(), iter(range(MOST_BATCHES))
    taking = threading.Lock()

    def send() -> None:
        client = ApiClient(stack.api_url)
        try:
            while not stop.is_set():
                with taking:
                    number = next(numbers)
                answer = _send(client, customer, number)
                sent.note(number, answer)
                if answer is None or answer.status != 200:
                    stop.wait(PAUSE_WHEN_REFUSED)
        finally:
            client.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        sending = [pool.submit(send) for _ in range(CALLERS)]
        try:
            yield sent
        finally:
            stop.set()
        for future in sending:
            future.result()


def stored_of_each(api: ApiClient, customer: TestCustomer) -> dict[int, int]:
    """How many readings of each batch are stored."""
    starts = [datetime.fromisoformat(each["interval_start"]) for each in api.stored(customer.number, customer.key)]
    assert len(starts) == len(set(starts)), "a reading is there twice"
    return dict(Counter((start - FIRST) // (BATCH * QUARTER_HOUR) for start in starts))


def send_again(stack: RunningStack, customer: TestCustomer, numbers: set[int]) -> Counter[str]:
    """Send batches again, as a caller does whose call was not answered well; what the answers counted, added up."""
    client, total = ApiClient(stack.api_url), Counter[str]()
    try:
        for number in sorted(numbers):
            answer = client.send(customer.number, batch(number), customer.key)
            assert answer.status == 200, answer
            total.update(answer.json)
    finally:
        client.close()
    return total


def _send(client: ApiClient, customer: TestCustomer, number: int) -> Answer | None:
    try:
        return client.send(customer.number, batch(number), customer.key)
    except httpx.TransportError:
        return None
