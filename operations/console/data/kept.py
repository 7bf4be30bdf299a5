"""Keeps values for a moment, so that one page asks AWS once."""

import threading
import time
from collections.abc import Callable, Hashable


class Kept[Value]:
    """Keeps the value of each key for some seconds. Two requests for one key ask once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._values: dict[Hashable, tuple[float, Value]] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """Returns the kept value, or reads it."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            found = self._values.get(key)
            if found and self._clock() - found[0] < self._seconds:
                return found[1]
            value = read()
            self._values[key] = (self._clock(), value)
            return value

    def forget(self) -> None:
        """Forgets all values, after a change."""
        self._values.clear()
