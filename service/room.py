"""Makes the partitions of new days while their batches wait, without delay for other batches.

To make a partition takes milliseconds, and a batch may have 1,000 new days. So a thread of its own makes some days at a
time for one waiting batch after the other. The threads that write stay free for all other batches.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError

from service import problems
from service.partition_catalog import utc_day
from service.postgres.connections import lacks_partition
from service.readings.batch import Batch, StoredCounts
from service.readings.group_writer import GroupWriter
from service.workers import Workers

SECONDS = 5.0
"""The most seconds that a batch waits for its partitions. After that, the customer must send it again."""

DAYS_AT_ONCE = 20
"""The days that one transaction makes for a batch. Then the next batch gets its days."""

MakeRoom = Callable[[Iterable[datetime]], None]


class RoomyWriter:
    """A group writer that calls `make_room` for readings without a partition."""

    def __init__(self, writer: GroupWriter, make_room: MakeRoom, deadline: float, seconds: float = SECONDS) -> None:
        self._writer = writer
        self._make_room = make_room
        self._seconds = seconds
        # One more call may wait, because a batch that gave up leaves its current call to its end.
        self._workers = Workers("room", 1, waiting=1, deadline=deadline)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._made: set[date] = set()
        """The days that were made while a batch waited, perhaps for the same days."""

    async def store(self, batch: Batch) -> StoredCounts:
        """Returns the counts after the commit. Raises a 503 problem where there is too much work."""
        try:
            return await self._writer.store(batch)
        except DBAPIError as error:
            if not lacks_partition(error):
                raise
        await self._wait_for_room(
            {utc_day(reading.interval_start): reading.interval_start for reading in batch.readings}
        )
        return await self._writer.store(batch)

    async def _wait_for_room(self, starts: dict[date, datetime]) -> None:
        days = len(starts)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds) as scope:
                while starts:
                    async with self._turn:  # first come, first served; a batch with more days queues again
                        await self._make_some(starts)
        except TimeoutError:
            if not scope.expired():
                raise
            detail = f"There is no room yet for {len(starts)} of {days} new days. Send the readings again."
            raise problems.unavailable(detail, retry_after=1) from None
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._made.clear()

    async def _make_some(self, starts: dict[date, datetime]) -> None:
        """Makes the first `DAYS_AT_ONCE` days of `starts`, and removes the days that are made from `starts`."""
        for day in self._made.intersection(starts):
            del starts[day]
        next_days = list(starts)[:DAYS_AT_ONCE]
        if next_days:
            await self._workers.run(self._make_room, [starts[day] for day in next_days])
            self._made.update(next_days)
        for day in next_days:
            del starts[day]

    def close(self) -> bool:
        """Takes no more work. Returns whether all threads are idle. It does not wait for them."""
        return all([self._writer.close(), self._workers.close()])
