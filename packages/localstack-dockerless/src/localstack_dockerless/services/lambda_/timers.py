"""Provides timers that share a thread. `threading.Timer` starts a thread for each timer.

LocalStack sets a timer after each invocation, to end the execution environment if no other invocation comes, and
cancels it before the next one. A thread for each timer takes 0.1 ms of each invocation, and each idle environment
keeps one.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from functools import cache


class SharedTimer:
    """Calls `function` once in a thread of its own, `seconds` after `start`, unless it is cancelled before."""

    def __init__(self, seconds: float, function: Callable[[], object]) -> None:
        self._seconds = seconds
        self._function: Callable[[], object] | None = function

    def start(self) -> None:
        _clock().add(time.monotonic() + self._seconds, self)

    def cancel(self) -> None:
        """Cancels the timer, also before `start` and more than once. A running function continues."""
        self._function = None  # the timer waits in the clock until it is due, and holds no object until then

    def fire(self) -> None:
        """Starts the function. The clock does not wait for it."""
        function = self._function
        if function is not None:
            threading.Thread(target=function, name="timer", daemon=True).start()


class _Clock:
    """Is the thread in which all timers wait, ordered by the time at which they are due."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, SharedTimer]] = []
        self._order = itertools.count()  # timers that are due at the same time are not compared themselves
        self._changed = threading.Condition()
        threading.Thread(target=self._run, name="timers", daemon=True).start()

    def add(self, due: float, timer: SharedTimer) -> None:
        """Adds a timer. `due` is on the clock of `time.monotonic`. The thread wakes only for the next timer."""
        with self._changed:
            heapq.heappush(self._waiting, (due, next(self._order), timer))
            if self._waiting[0][2] is timer:
                self._changed.notify()

    def _run(self) -> None:
        while True:
            self._next().fire()

    def _next(self) -> SharedTimer:
        with self._changed:
            while not self._waiting or (left := self._waiting[0][0] - time.monotonic()) > 0:
                self._changed.wait(left if self._waiting else None)
            return heapq.heappop(self._waiting)[2]


@cache
def _clock() -> _Clock:
    """Returns the one clock of this emulator. The first timer makes it."""
    return _Clock()
