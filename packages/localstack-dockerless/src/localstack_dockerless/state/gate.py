"""Holds back calls that change something while the state is turned into bytes.

A saver closes the gate, waits for the calls under way, and opens it when the bytes are there. It does not wait for
ever: a call may take long, and it may wait itself for another one that the gate holds back. `pickling.dumps` tries
again where such a call changes something at the wrong moment.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.5
"""Seconds that a saver waits for the calls under way. Those of the product take some milliseconds."""

LONGEST_WAIT = 5.0
"""Seconds that a call waits for a saver. A save takes less than one. A call that holds a lock which the saver wants
goes on then, so that neither waits for the other for ever.
"""


class Gate:
    """Safe for threads. A call is one of a thread's calls: a service may call another one in the same thread."""

    def __init__(self, patience: float = PATIENCE, longest: float = LONGEST_WAIT) -> None:
        self._patience, self._longest = patience, longest
        self._condition = threading.Condition()
        self._closed = False
        self._ended = False
        self._under_way = 0
        self._thread = threading.local()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Around a call. What it changes counts as done when it ends."""
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
        """In a call, before it changes something: wait while the gate is closed. A call within a call passes."""
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
        """For the time that it takes to read the state. Saves are made one at a time."""
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
        """From now on calls from outside are refused: the last state is saved."""
        self._ended = True

    @property
    def ended(self) -> bool:
        return self._ended


GATE = Gate()
"""The one of this LocalStack."""
