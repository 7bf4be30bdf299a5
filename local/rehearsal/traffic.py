"""Customers who report readings again and again, while something changes under them. No request may fail."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from local.rehearsal.step_report import StepError
from seed.local_only import require_local
from seed.readings import DemoReading

CALLERS = 4
ANSWERED_WITHIN = 30.0
PAUSE = 0.2
"""Seconds between two requests of a caller: 20 requests a second in all. The machine also has to make the change."""


@dataclass(frozen=True)
class Caller:
    """A customer with its key and the reading that it corrects again and again."""

    number: str
    key: str
    reading: DemoReading


@dataclass
class Answers:
    """The statuses of the answers. A request without an answer counts with the name of its error."""

    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, how: str) -> None:
        with self.lock:
            self.counts[how] += 1

    def wait_for(self, count: int) -> None:
        """Waits for that many answers. Raises `StepError` if they do not come."""
        deadline = time.monotonic() + ANSWERED_WITHIN
        while self.counts.total() < count:
            if time.monotonic() > deadline:
                raise StepError(f"{self.counts.total()} answers in {ANSWERED_WITHIN:.0f} s, not {count}")
            time.sleep(PAUSE)

    def require_success(self) -> str:
        """Returns the number of requests in words. Raises `StepError` if one was not answered with 200."""
        others = {how: count for how, count in self.counts.items() if how != "200"}
        if others or not self.counts:
            raise StepError(f"of {self.counts.total():,} requests under load some failed: {others or 'none was sent'}")
        return f"{self.counts.total():,} requests, none failed"


@contextmanager
def traffic(api_url: str, callers: Sequence[Caller]) -> Iterator[Answers]:
    """Sends requests while the block runs. Raises `StepError` after it if a request failed."""
    answers, over = Answers(), threading.Event()
    with ThreadPoolExecutor(len(callers)) as pool:
        calling = [pool.submit(_call, require_local(api_url), caller, answers, over.wait) for caller in callers]
        try:
            yield answers
        finally:
            over.set()
        for each in calling:
            each.result()
    answers.require_success()


def _call(api_url: str, caller: Caller, answers: Answers, is_over: Callable[[float], bool]) -> None:
    path = f"{api_url}/v1/metering-points/{caller.number}/readings"
    with httpx.Client(trust_env=False, timeout=ANSWERED_WITHIN, headers={"x-api-key": caller.key}) as client:
        for version in itertools.count(1):
            if is_over(PAUSE):
                return
            sent = caller.reading.as_json() | {"consumption_kwh": version / 1000}
            try:
                answers.note(str(client.post(path, json={"readings": [sent]}).status_code))
            except httpx.HTTPError as error:
                answers.note(type(error).__name__)
