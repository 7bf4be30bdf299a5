"""Batches that wait at the same time are written together, in one transaction.

A commit costs the database more than a few rows do, and meters report all at once, at the quarter-hour. While one
group is being written the next one gathers, and goes over a further connection as soon as it is worth one; what comes
while nothing is being written does not wait. Every request still is stored all or none and gets its own counts.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from service import problems
from service.postgres.connections import is_unavailable
from service.readings.parser import Reading
from service.readings.repository import Batch, StoredCounts
from service.workers import Workers

LARGEST_GROUP = 1_000
"""Readings that are written at once, unless one request alone has more."""

WORTH_A_CONNECTION = 96
"""Readings that are written beside a group that is being written; fewer of them gather until it is done."""

LONGEST_GATHERING = 0.02
"""Seconds after which the first of them waits no longer for that: the database may be stuck with it."""

StoreAll = Callable[[Sequence[Batch]], list[StoredCounts]]


_Outcome = StoredCounts | Exception


@dataclass(eq=False)
class _Waiting:
    batch: Batch
    counts: asyncio.Future[StoredCounts]
    since: float


class GroupWriter:
    """Writes up to `threads` groups at a time.

    A request waits up to `patience` seconds for its group to begin. The group is written within `deadline` seconds. A
    group that misses the deadline keeps its thread until it ends, so that stuck work cannot pile up.
    """

    def __init__(self, store_all: StoreAll, threads: int, patience: float, deadline: float) -> None:
        self._store_all = store_all
        self._workers = Workers("write", threads, waiting=0, deadline=deadline)
        self._patience = patience
        self._line: deque[_Waiting] = deque()
        self._answering: set[asyncio.Task[None]] = set()
        self._look_again: asyncio.TimerHandle | None = None

    async def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """Returns the counts after the commit. The caller limits how many requests may wait.

        Raises a 503 problem when its turn does not come in time or its group is not written by the deadline.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(Batch(metering_point, readings), loop.create_future(), loop.time())
        self._line.append(waiting)
        loop.call_soon(self._begin)
        timer = loop.call_later(self._patience, self._give_up, waiting)
        try:
            return await waiting.counts
        finally:
            timer.cancel()

    def close(self) -> bool:
        """Take no more work. Returns whether all threads are at rest; it does not wait for them."""
        return self._workers.close()

    def _begin(self) -> None:
        """Write what waits, as far as there are threads; each looks for more when it is done."""
        loop = asyncio.get_running_loop()
        while self._workers.free and self._is_time(loop.time()) and (group := self._next_group()):
            written = self._workers.start(self._store_group, [waiting.batch for waiting in group])
            written.add_done_callback(lambda _: _call_soon(loop, self._begin))
            answering = loop.create_task(self._answer(group, written))
            self._answering.add(answering)
            answering.add_done_callback(self._answering.discard)
        if self._line and self._workers.free and self._look_again is None:
            self._look_again = loop.call_later(LONGEST_GATHERING, self._gathered)

    def _gathered(self) -> None:
        self._look_again = None
        self._begin()

    def _is_time(self, now: float) -> bool:
        """Whether what waits is to be written now, over one more connection if another group is under way."""
        if self._workers.idle or (self._line and now - self._line[0].since >= LONGEST_GATHERING):
            return True
        readings = 0
        for waiting in self._line:
            readings += len(waiting.batch.readings)
            if readings >= WORTH_A_CONNECTION:
                return True
        return False

    def _next_group(self) -> list[_Waiting]:
        """Takes the next requests out of the line, each of another metering point. The others keep their order."""
        group: dict[int, _Waiting] = {}
        again: list[_Waiting] = []
        size = 0
        while self._line:
            waiting = self._line.popleft()
            if waiting.counts.done():
                continue
            if group and size + len(waiting.batch.readings) > LARGEST_GROUP:
                self._line.appendleft(waiting)
                break
            if group.setdefault(waiting.batch.metering_point, waiting) is waiting:
                size += len(waiting.batch.readings)
            else:
                again.append(waiting)
        self._line.extendleft(reversed(again))
        return list(group.values())

    async def _answer(self, group: Sequence[_Waiting], written: Future[list[_Outcome]]) -> None:
        try:
            outcomes = await self._workers.result(written)
        except Exception as error:
            outcomes = [error] * len(group)
        for waiting, outcome in zip(group, outcomes, strict=True):
            if waiting.counts.done():
                continue
            if isinstance(outcome, Exception):
                waiting.counts.set_exception(outcome)
            else:
                waiting.counts.set_result(outcome)

    def _store_group(self, batches: Sequence[Batch]) -> list[_Outcome]:
        """Together; or, where one of them cannot be stored, each alone, so that it does not take others with it."""
        try:
            return [*self._store_all(batches)]
        except Exception as error:
            if len(batches) == 1 or is_unavailable(error):
                raise
        return [self._store_alone(batch) for batch in batches]

    def _store_alone(self, batch: Batch) -> _Outcome:
        try:
            return self._store_all([batch])[0]
        except Exception as error:
            return error

    def _give_up(self, waiting: _Waiting) -> None:
        if waiting in self._line and not waiting.counts.done():
            self._line.remove(waiting)
            waiting.counts.set_exception(problems.unavailable("The database is slower than the readings come."))


def _call_soon(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile, and nobody waits any more
        loop.call_soon_threadsafe(function)
