"""Waits on a condition with a deadline. No test sleeps for a guessed time."""

import threading
import time
from collections.abc import Callable


def wait_until[T](condition: Callable[[], T], timeout: float, what: str, interval: float = 0.1) -> T:
    """Calls `condition` until its result is true, and returns the result.

    `timeout` and `interval` are seconds. Raises `AssertionError` that names `what` after the deadline.
    """
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout:g} s still waiting for {what}; last seen: {result!r}")
        pause.wait(interval)
