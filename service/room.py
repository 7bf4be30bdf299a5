"""Readings of days that the table has no room for yet wait until it is made, in nobody's way.

To make a partition takes milliseconds, and a batch may be of a thousand days. So it is done on a thread of its own,
some days at a time, for the batches that wait in turn. The threads that write are free for all others meanwhile.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError

from service import problems
from service.partition_catalog import utc_day
from service.postgres.connections import lacks_partition
from service.readings.group_writer import GroupWriter
from service.readings.parser import Reading
from service.readings.repository import StoredCounts
from service.workers import Workers

SECONDS = 5.0
"""How long a batch waits for room. Then it is sent again, and goes on with the days that are left."""

DAYS_AT_ONCE = 20
"""Days that are made in a transaction, before it is the next batch's turn."""

MakeRoom = Callable[[Iterable[datetime]], None]


class RoomyWriter:
    """A group writer that has room made (by `make_room`) for what finds none."""

    def __init__(self, writer: GroupWriter, make_room: MakeRoom, deadline: float, seconds: float = SECONDS) -> None:
        self._writer = writer
        self._make_room = make_room
        self._seconds = seconds
        # One more than is under way: a batch that waits no longer leaves its last days to their end.
        self._workers = Workers("room", 1, waiting=1, deadline=deadline)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._made: set[date] = set()
        """Days that were made while somebody waited, perhaps for the same ones."""

    async def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """What became of the readings, after the commit. Raises a 503 problem where there is too much work."""
        try:
            return await self._writer.store(metering_point, readings)
        except DBAPIError as error:
            if not lacks_partition(error):
                raise
        await self._wait_for_room({utc_day(reading.interval_start): reading.interval_start for reading in readings})
        return await self._writer.store(metering_point, readings)

    async def _wait_for_room(self, starts: dict[date, datetime]) -> None:
        days = len(starts)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds) as scope:
                while starts:
                    async with self._turn:  # first come, first served; who has more days comes again after the others
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
        """Make the first few days of `starts` that nobody has made meanwhile, and take them out of it."""
        for day in self._made.intersection(starts):
            del starts[day]
        next_days = list(starts)[:DAYS_AT_ONCE]
        if next_days:
            await self._workers.run(self._make_room, [starts[day] for day in next_days])
            self._made.update(next_days)
        for day in next_days:
            del starts[day]

    def close(self) -> bool:
        """Take no more work. Returns whether all threads are at rest; it does not wait for them."""
        return all([self._writer.close(), self._workers.close()])
