"""Readings of new days wait for their partitions, in turn and for a bounded time. Partitions that are made stay."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import IntegrityError

from service.partition_catalog import utc_day
from service.postgres.connections import CHECK_VIOLATION
from service.problems import ProblemError
from service.readings.batch import Batch, StoredCounts
from service.readings.group_writer import GroupWriter
from service.readings.parser import Reading
from service.room import DAYS_AT_ONCE, RoomyWriter
from tests.support.async_tasks import wait_for

START = datetime(2020, 1, 1, tzinfo=UTC)


def readings(first: int, days: int) -> list[Reading]:
    return [Reading(START + timedelta(days=first + number), Decimal(1)) for number in range(days)]


class NoPartitionError(Exception):
    """Stands for the error of psycopg2, with the attributes that the service reads."""

    pgcode = CHECK_VIOLATION
    diag = SimpleNamespace(constraint_name=None)


class Table:
    """Takes readings of the days that it has room for. `log` has the made days and the stored batches, in order."""

    def __init__(self, seconds: float = 60) -> None:
        self.room: set[date] = set()
        self.log: list[tuple[str, int | str]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.writer = RoomyWriter(GroupWriter(self._store_all, 1, 60, 60), self._make_room, 60, seconds)

    def _store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        for batch in batches:
            if not self.room.issuperset(utc_day(reading.interval_start) for reading in batch.readings):
                raise IntegrityError("", {}, NoPartitionError())
            self.log.append(("stored", batch.metering_point))
        return [StoredCounts(len(batch.readings), 0, 0) for batch in batches]

    def _make_room(self, starts: Iterable[datetime]) -> None:
        self.go_on.wait()
        days = set(map(utc_day, starts))
        assert not days & self.room, "made twice"
        self.room |= days
        self.log.append(("made", len(days)))


def test_readings_of_new_days_are_stored_once_there_is_room() -> None:
    async def scenario() -> list[tuple[str, int | str]]:
        table = Table()
        assert await table.writer.store(Batch("1", readings(0, 2))) == StoredCounts(2, 0, 0)
        assert await table.writer.store(Batch("2", readings(0, 1))) == StoredCounts(1, 0, 0)
        table.writer.close()
        return table.log

    assert asyncio.run(scenario()) == [("made", 2), ("stored", "1"), ("stored", "2")]


def test_many_that_need_the_same_day_wait_for_it_together() -> None:
    async def scenario() -> list[tuple[str, int | str]]:
        table = Table()
        await asyncio.gather(*(table.writer.store(Batch(str(number), readings(0, 1))) for number in range(100)))
        table.writer.close()
        return table.log

    log = asyncio.run(scenario())
    assert [what for what, _ in log].count("made") == 1
    assert len(log) == 101


def test_who_needs_one_day_does_not_wait_for_who_needs_many() -> None:
    async def scenario() -> list[tuple[str, int | str]]:
        table = Table()
        table.go_on.clear()
        many = asyncio.ensure_future(table.writer.store(Batch("1", readings(100, 3 * DAYS_AT_ONCE))))
        await wait_for(lambda: table.writer._waiting == 1, "the batch with many days to wait for room")
        one = asyncio.ensure_future(table.writer.store(Batch("2", readings(0, 1))))
        await wait_for(lambda: table.writer._waiting == 2, "the batch with one day to wait for room")
        table.go_on.set()
        await asyncio.gather(many, one)
        table.writer.close()
        return table.log

    made = [entry for entry in asyncio.run(scenario()) if entry[0] == "made"]
    assert made == [("made", DAYS_AT_ONCE), ("made", 1), ("made", DAYS_AT_ONCE), ("made", DAYS_AT_ONCE)]


def test_after_its_time_a_batch_is_refused_and_the_next_call_goes_on() -> None:
    async def scenario() -> None:
        table = Table(seconds=0.05)
        table.go_on.clear()
        with pytest.raises(ProblemError, match="no room yet for 50 of 50 new days") as refused:
            await table.writer.store(Batch("1", readings(0, 50)))
        assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "1"})
        table.go_on.set()
        await wait_for(lambda: table.room, "the call that was under way to end")
        assert len(table.room) == DAYS_AT_ONCE
        table.writer.close()

    asyncio.run(scenario())


def test_a_fault_that_is_no_lack_of_room_is_raised() -> None:
    async def scenario() -> None:
        writer = RoomyWriter(GroupWriter(_broken, 1, 60, 60), lambda _: pytest.fail("no room was lacking"), 60)
        with pytest.raises(RuntimeError, match="broken"):
            await writer.store(Batch("1", readings(0, 1)))
        writer.close()

    asyncio.run(scenario())


def _broken(_batches: Sequence[Batch]) -> list[StoredCounts]:
    raise RuntimeError("broken")
