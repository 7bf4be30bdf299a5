"""Readings of days that the table has no room for yet wait until it is made, in nobody's way.

Making a partition takes milliseconds, and a batch may be of a thousand days. So it is done on a thread of its own, for
one batch after the other. The threads that write are free for all others meanwhile, and how many may wait is bounded.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from service.database import lacks_partition
from service.group_writer import GroupWriter
from service.reading_batch import Reading
from service.readings_repository import StoredCounts
from service.workers import Workers

LINE = 3
"""Batches that wait for room while it is made for another one. Each takes up to `SECONDS_ON_DEMAND`."""

MakeRoom = Callable[[Iterable[datetime]], None]


class RoomyWriter:
    """A group writer that has room made (by `make_room`) for what finds none, within `deadline` seconds."""

    def __init__(self, writer: GroupWriter, make_room: MakeRoom, deadline: float) -> None:
        self._writer = writer
        self._make_room = make_room
        self._workers = Workers("room", 1, waiting=LINE, deadline=deadline)

    async def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """What became of the readings, after the commit. Raises a 503 problem where there is too much work."""
        try:
            return await self._writer.store(metering_point, readings)
        except DBAPIError as error:
            if not lacks_partition(error):
                raise
        await self._workers.run(self._make_room, [reading.interval_start for reading in readings])
        return await self._writer.store(metering_point, readings)

    def close(self) -> bool:
        """Take no more work. Returns whether all threads are at rest; it does not wait for them."""
        return all([self._writer.close(), self._workers.close()])
