"""Holds back calls that change the state while it is turned into bytes.

A saver closes the gate, waits for the calls under way, and opens the gate when the bytes are complete. The wait has a
limit: a call may take long, or wait for another call that the gate holds back. `pickling.dumps` retries if such a call
changes the state at that moment.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.5
"""The seconds that a saver waits for the calls under way. An ordinary call takes milliseconds."""

LONGEST_WAIT = 5.0
"""The seconds that a call waits for a saver. A save takes less than 1 s.

A call that holds a lock which the saver needs continues then, so that there is no deadlock.
"""


class Gate:
    """Lets calls and savers wait for each other. It is safe for several threads.

    A thread counts as one call: a service may call another service in the same thread.
    """

    def __init__(self, patience: float = PATIENCE, longest: float = LONGEST_WAIT) -> None:
        self._patience, self._longest = patience, longest
        self._condition = threading.Condition()
        self._closed = False
        self._ended = False
        self._under_way = 0
        self._thread = threading.local()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Surrounds a call. Its changes count as done when it ends."""
        calls: list[bool] = self._thread.__dict__.setdefault("calls", [])
        calls.append(False)
        try:
            yield
        finally:
            if calls.pop():
                with self._condition:
                    self._under_way -= 1
                    self._condition.notify_all()

    def enter(self, *, counted: bool) -> None:
        """Waits while the gate is closed, before a call changes the state. A call within a call passes."""
        calls = self._thread.__dict__.setdefault("calls", [])
        if any(calls):
            return
        with self._condition:
            self._condition.wait_for(lambda: not self._closed, self._longest)
            if counted and calls:
                self._under_way += 1
                calls[-1] = True

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Closes the gate while the state is read. One save runs at a time."""
        with self._condition:
            self._closed = True
            self._condition.wait_for(lambda: not self._under_way, self._patience)
        try:
            yield
        finally:
            with self._condition:
                self._closed = False
                self._condition.notify_all()

    def end(self) -> None:
        """Refuses calls from outside from now on: the last state is saved."""
        self._ended = True

    @property
    def ended(self) -> bool:
        return self._ended


GATE = Gate()
"""The one gate of this LocalStack."""
