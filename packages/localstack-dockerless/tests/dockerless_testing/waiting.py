"""Waits on a condition with a deadline. No test sleeps for a guessed time."""

import threading
import time
from collections.abc import Callable

PATIENCE = 5
"""A deadline is this number of times the stated time, because a busy machine is that much slower than a quiet one."""

_SHORTEST, _LONGEST, _SHARE = 0.1, 0.5, 0.05


def wait_until[T](
    condition: Callable[[], T],
    timeout: float,
    what: str,
    interval: float | None = None,
    patience: float = PATIENCE,
) -> T:
    """Calls `condition` until its result is true, and returns the result.

    `timeout` is the seconds that a quiet machine needs at most. The wait ends after `patience` times as long, because a
    deadline never measures speed. A test of a promised time passes `patience=1`. `interval` is the seconds between two
    calls. The default grows from 0.1 s to 0.5 s with the time waited, because each call slows the awaited program down.
    Raises `AssertionError` that names `what` and the seconds waited.
    """
    started = time.monotonic()
    pause = threading.Event()
    while True:
        result = condition()
        if result:
            return result
        waited = time.monotonic() - started
        if waited > timeout * patience:
            raise AssertionError(f"after {waited:.1f} s still waiting for {what}; last seen: {result!r}")
        pause.wait(min(_LONGEST, max(_SHORTEST, waited * _SHARE)) if interval is None else interval)
