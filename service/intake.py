"""Bodies that are still arriving take no capacity from requests whose bodies are here.

A request asks for admission (`service.workers`) once its body is here. Until then it costs a connection and the bytes
that have arrived. Both are bounded. Where a bound is reached, the oldest arriving body ends with a 408. An ordinary
body arrives within milliseconds. So slow bodies compete with each other, and delay nobody else.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service import problems


class Intake:
    """Takes in at most `bodies` at a time, with at most `size` bytes in total, and each within `seconds`."""

    def __init__(self, bodies: int, size: int, seconds: float) -> None:
        self._bodies = bodies
        self._size = size
        self._seconds = seconds
        self._held = 0
        self._arriving: dict[Arrival, None] = {}
        """The bodies that are arriving, in the order in which they began."""

    @asynccontextmanager
    async def arrival(self) -> "AsyncIterator[Arrival]":
        """The block receives one body. Raises a 408 problem where that takes too long."""
        scope = asyncio.timeout(self._seconds)
        arrival = Arrival(self, scope)
        self._arriving[arrival] = None
        try:
            async with scope:
                self._keep_bounds()
                yield arrival
        except TimeoutError:
            if not scope.expired():
                raise
            raise problems.body_timeout(self._seconds) from None
        finally:
            self._forget(arrival)

    def note(self, arrival: "Arrival", size: int) -> None:
        """Counts `size` more bytes of the arrival."""
        if arrival in self._arriving:
            arrival.size += size
            self._held += size
            self._keep_bounds()

    def _keep_bounds(self) -> None:
        while len(self._arriving) > self._bodies or self._held > self._size:
            oldest = next(iter(self._arriving))
            self._forget(oldest)
            oldest.scope.reschedule(asyncio.get_running_loop().time())

    def _forget(self, arrival: "Arrival") -> None:
        if arrival in self._arriving:
            del self._arriving[arrival]
            self._held -= arrival.size


class Arrival:
    """One body that is arriving."""

    def __init__(self, intake: Intake, scope: asyncio.Timeout) -> None:
        self._intake = intake
        self.scope = scope
        self.size = 0

    def note(self, size: int) -> None:
        """Counts `size` more bytes."""
        self._intake.note(self, size)
