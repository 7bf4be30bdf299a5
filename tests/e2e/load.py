"""Callers that report a customer's readings without a pause, several at once, each reading until it is stored."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import TestCustomer
from tests.e2e.readings import reading

CALLERS = 4
STORED_WITHIN = 90
ANSWERED_WITHIN = 25  # seconds; a request that hangs is answered by API Gateway, after 30


class Answered:
    """What the API has answered to several threads: the kWh of each interval that it last said to have stored."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.stored: dict[datetime, float] = {}
        self.count = 0
        self.other_statuses: set[int] = set()

    def note(self, start: datetime, kwh: float, status: int) -> None:
        with self._lock:
            if status == 200:
                self.stored[start] = kwh
                self.count += 1
            else:
                self.other_statuses.add(status)

    def wait_for_more(self, number: int = 20) -> None:
        """Until that many more readings have been stored."""
        wanted = self.count + number
        wait_until(lambda: self.count >= wanted, STORED_WITHIN, f"{number} more stored readings")


@contextmanager
def under_load(stack: RunningStack, customer: TestCustomer, starts: Sequence[datetime]) -> Iterator[Answered]:
    """Within it the customer reports the intervals of `starts`, and corrects them again and again."""
    answered, over = Answered(), threading.Event()
    with ThreadPoolExecutor(CALLERS) as pool:
        shares = [starts[caller::CALLERS] for caller in range(CALLERS)]
        clients = [ApiClient(stack.api_url, ANSWERED_WITHIN) for _ in shares]
        calling = [pool.submit(_report, *each, customer, answered, over) for each in zip(clients, shares, strict=True)]
        try:
            answered.wait_for_more()
            yield answered
            answered.wait_for_more()
        finally:
            over.set()
        for future in calling:
            future.result()


def _report(
    client: ApiClient, starts: Sequence[datetime], customer: TestCustomer, answered: Answered, over: threading.Event
) -> None:
    for version, start in itertools.product(range(1, 1_000_000), starts):
        if over.is_set():
            break
        _send_until_stored(client, customer, start, version / 1000, answered)
    client.close()


def _send_until_stored(
    client: ApiClient, customer: TestCustomer, start: datetime, kwh: float, answered: Answered
) -> None:
    def is_stored() -> bool:
        status = client.send(customer.number, [reading(start, kwh)], customer.key).status
        answered.note(start, kwh, status)
        return status == 200

    wait_until(is_stored, STORED_WITHIN, f"the reading of {start} to be stored")
