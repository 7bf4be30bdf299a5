"""Writes the batches that wait at the same time together, in one transaction.

A commit costs the database more than a few rows. All meters report at the same time, at the quarter-hour. While one
group is written, the next group gathers. A group that is large enough takes a further connection. While nothing is
written, a batch does not wait. Each request is still stored all or none, and gets its own counts.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from service import problems
from service.postgres.connections import is_unavailable
from service.readings.batch import Batch, StoredCounts
from service.workers import Workers

LARGEST_GROUP = 1_000
"""The most readings of a group, unless one request alone has more."""

WORTH_A_CONNECTION = 96
"""The readings for which a second group starts while one is written. Fewer readings wait until the first is done."""

LONGEST_GATHERING = 0.02
"""The most seconds that a batch waits for the group before it, because the database may be stuck with that group."""

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

    async def store(self, batch: Batch) -> StoredCounts:
        """Returns the counts after the commit. The caller limits how many requests may wait.

        Raises a 503 problem when the group does not begin in time, or is not written by the deadline.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(batch, loop.create_future(), loop.time())
        self._line.append(waiting)
        loop.call_soon(self._begin)
        timer = loop.call_later(self._patience, self._give_up, waiting)
        try:
            return await waiting.counts
        finally:
            timer.cancel()

    def close(self) -> bool:
        """Takes no more work. Returns whether all threads are idle. It does not wait for them."""
        return self._workers.close()

    def _begin(self) -> None:
        """Starts to write the waiting batches while threads are free. Each thread asks for more when it is done."""
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
        """Returns whether the waiting batches are written now, if needed on a second connection."""
        if self._workers.idle or (self._line and now - self._line[0].since >= LONGEST_GATHERING):
            return True
        readings = 0
        for waiting in self._line:
            readings += len(waiting.batch.readings)
            if readings >= WORTH_A_CONNECTION:
                return True
        return False

    def _next_group(self) -> list[_Waiting]:
        """Takes the next requests out of the line, one for each metering point. All other requests keep their order."""
        group: dict[str, _Waiting] = {}
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
        """Stores the batches together. If that fails, stores each alone, so that only the faulty batch fails."""
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
    with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits any more
        loop.call_soon_threadsafe(function)
