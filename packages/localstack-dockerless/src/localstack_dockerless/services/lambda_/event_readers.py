"""Reads a function's queue of asynchronous events from the first event on.

LocalStack starts a reader for each version of each function. It asks its queue once every 2 s. Versions stay, and most
functions are never invoked asynchronously. So a version without events has no reader here.
"""

import threading
import weakref
from collections.abc import Callable
from typing import Any

_lock = threading.Lock()
_used: set[str] = set()
"""The queues that have had an event. Each later reader of such a queue begins at once, after an update for example."""
_newest: weakref.WeakValueDictionary[str, "Reader"] = weakref.WeakValueDictionary()


class Reader(threading.Thread):
    """Is the thread of LocalStack's `Poller`, and begins when its queue is used. `func` is the poller's method."""

    def __init__(self, func: Callable[[], None], name: str) -> None:
        super().__init__(target=func, name=name, daemon=True)
        poller: Any = func.__self__  # type: ignore[attr-defined]
        self._queue: str = poller.event_queue_url

    def start(self) -> None:
        with _lock:
            _newest[self._queue] = self
            if self._queue in _used:
                _begin(self)

    def read(self) -> None:
        """Begins, if it has not begun. So does the newest reader of the queue, if an update has replaced this one."""
        with _lock:
            _used.add(self._queue)
            for reader in (self, _newest.get(self._queue, self)):
                _begin(reader)

    def join(self, timeout: float | None = None) -> None:
        if self.ident is not None:
            super().join(timeout)


def _begin(reader: Reader) -> None:
    if reader.ident is None:
        threading.Thread.start(reader)
