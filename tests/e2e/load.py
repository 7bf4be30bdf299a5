"""Callers that send a customer's readings until each is stored, several at once."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from local.stack.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import TestCustomer
from tests.e2e.readings import reading
from tests.support.waiting import wait_until

CALLERS = 4
STORED_WITHIN = 90


class Answered:
    """What the API has answered to several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.stored: set[datetime] = set()
        self.other_statuses: set[int] = set()

    @property
    def count(self) -> int:
        return len(self.stored)

    def note(self, start: datetime, status: int) -> None:
        with self._lock:
            if status == 200:
                self.stored.add(start)
            else:
                self.other_statuses.add(status)


@contextmanager
def under_load(stack: RunningStack, customer: TestCustomer, starts: Sequence[datetime]) -> Iterator[Answered]:
    """Within it some of the readings of `starts` are stored and others not yet; after it all are."""
    answered = Answered()
    with ThreadPoolExecutor(CALLERS) as pool:
        sending = [pool.submit(_send_until_stored, stack, customer, start, answered) for start in starts]
        wait_until(lambda: answered.count >= 20, 60, "the first answers")
        yield answered
        for future in sending:
            future.result()


def _send_until_stored(stack: RunningStack, customer: TestCustomer, start: datetime, answered: Answered) -> None:
    client = ApiClient(stack.api_url)

    def is_stored() -> bool:
        status = client.send(customer.number, [reading(start)], customer.key).status
        answered.note(start, status)
        return status == 200

    try:
        wait_until(is_stored, STORED_WITHIN, f"the reading of {start} to be stored")
    finally:
        client.close()
