"""Batches that wait together are written together, and no batch fails because of another."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from service.problems import ProblemError
from service.readings import group_writer
from service.readings.batch import Batch, StoredCounts
from service.readings.group_writer import LARGEST_GROUP, WORTH_A_CONNECTION, GroupWriter
from service.readings.parser import Reading
from tests.support.async_tasks import wait_until_begun

READING = Reading(datetime(2026, 3, 1, tzinfo=UTC), Decimal(1))
PAUSE = 60.0


def batch(number: int, size: int = 1) -> Batch:
    return Batch(str(number), [READING] * size)


class Database:
    """Keeps the metering points of each group. The first group waits until `released`."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.released = threading.Event()
        self.begun = threading.Event()
        self.fault: Callable[[Sequence[Batch]], Exception | None] = lambda _: None

    def store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        self.groups.append([int(batch.metering_point) for batch in batches])
        self.begun.set()
        self.released.wait(PAUSE)
        if error := self.fault(batches):
            raise error
        return [StoredCounts(len(batch.readings), 0, 0) for batch in batches]


@pytest.fixture
def database() -> Database:
    return Database()


async def behind_the_first(database: Database, writer: GroupWriter, *others: tuple[int, int]) -> list[object]:
    """Sends `others` (metering point, number of readings) while batch 1 is written. Returns their results."""
    first = asyncio.ensure_future(writer.store(batch(1)))
    await asyncio.to_thread(database.begun.wait, PAUSE)
    rest = [asyncio.ensure_future(writer.store(batch(number, size))) for number, size in others]
    await wait_until_begun(*rest)
    database.released.set()
    return await asyncio.gather(first, *rest, return_exceptions=True)


def run(
    database: Database, scenario: Callable[[GroupWriter], Awaitable[None]], threads: int = 1, **settings: float
) -> None:
    writer = GroupWriter(database.store_all, threads, **{"patience": PAUSE, "deadline": PAUSE} | settings)
    try:
        asyncio.run(scenario(writer))  # type: ignore[arg-type]
    finally:
        database.released.set()
        writer.close()


def test_what_waits_is_written_together_and_each_gets_its_own_counts(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        counts = await behind_the_first(database, writer, (2, 1), (3, 2), (4, 3))
        assert counts == [StoredCounts(size, 0, 0) for size in (1, 1, 2, 3)]

    run(database, scenario)
    assert database.groups == [[1], [2, 3, 4]]


def test_a_metering_point_is_in_a_group_once(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        await behind_the_first(database, writer, (2, 1), (2, 1), (3, 1), (2, 1))

    run(database, scenario)
    assert database.groups == [[1], [2, 3], [2], [2]]


def test_a_group_has_at_most_so_many_readings(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        await behind_the_first(database, writer, (2, LARGEST_GROUP - 1), (3, 1), (4, LARGEST_GROUP), (5, 1))

    run(database, scenario)
    assert database.groups == [[1], [2, 3], [4], [5]]


def test_what_cannot_be_stored_takes_no_other_with_it(database: Database) -> None:
    broken = IntegrityError("INSERT", {}, Exception("a rule"))
    database.fault = lambda batches: broken if any(batch.metering_point == "3" for batch in batches) else None

    async def scenario(writer: GroupWriter) -> None:
        counts = await behind_the_first(database, writer, (2, 1), (3, 1), (4, 1))
        assert counts == [StoredCounts(1, 0, 0), StoredCounts(1, 0, 0), broken, StoredCounts(1, 0, 0)]

    run(database, scenario)
    assert database.groups == [[1], [2, 3, 4], [2], [3], [4]]


def test_without_a_database_nobody_is_tried_alone(database: Database) -> None:
    down = OperationalError("INSERT", {}, Exception("connection refused"))
    database.fault = lambda batches: down if len(batches) > 1 else None

    async def scenario(writer: GroupWriter) -> None:
        assert await behind_the_first(database, writer, (2, 1), (3, 1)) == [StoredCounts(1, 0, 0), down, down]

    run(database, scenario)
    assert database.groups == [[1], [2, 3]]


def test_whose_turn_does_not_come_is_refused_and_not_written(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        first = asyncio.ensure_future(writer.store(batch(1)))
        await asyncio.to_thread(database.begun.wait, PAUSE)
        with pytest.raises(ProblemError, match="slower than the readings come") as caught:
            await writer.store(batch(2))
        assert caught.value.status == 503
        assert int(caught.value.headers["Retry-After"]) >= 1
        database.released.set()
        assert await first == StoredCounts(1, 0, 0)

    run(database, scenario, patience=0.01)
    assert database.groups == [[1]]


def test_a_stuck_group_is_answered_at_the_deadline_and_what_comes_then_waits_for_its_thread(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        with pytest.raises(ProblemError, match="No answer within"):
            await writer.store(batch(1))
        assert not writer.close()

    run(database, scenario, deadline=0.01)
    assert database.groups == [[1]]


def test_when_a_stuck_group_ends_those_who_wait_are_written(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        with pytest.raises(ProblemError, match="No answer within"):
            await writer.store(batch(1))
        waiting = asyncio.ensure_future(writer.store(batch(2)))
        await wait_until_begun(waiting)
        database.released.set()
        assert await waiting == StoredCounts(1, 0, 0)

    run(database, scenario, deadline=0.2)


def test_who_hung_up_while_waiting_is_not_written(database: Database) -> None:
    async def scenario(writer: GroupWriter) -> None:
        first = asyncio.ensure_future(writer.store(batch(1)))
        await asyncio.to_thread(database.begun.wait, PAUSE)
        gone = asyncio.ensure_future(writer.store(batch(2)))
        await wait_until_begun(gone)
        gone.cancel()
        database.released.set()
        await first

    run(database, scenario)
    assert database.groups == [[1]]


def test_a_few_readings_gather_though_a_connection_is_free(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_writer, "LONGEST_GATHERING", PAUSE)

    async def scenario(writer: GroupWriter) -> None:
        await behind_the_first(database, writer, (2, 1), (3, WORTH_A_CONNECTION - 2))

    run(database, scenario, threads=2)
    assert database.groups == [[1], [2, 3]]


@pytest.mark.parametrize(("readings", "longest"), [(WORTH_A_CONNECTION, PAUSE), (1, 0.01)])
def test_many_readings_or_old_ones_go_over_a_further_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch, readings: int, longest: float
) -> None:
    monkeypatch.setattr(group_writer, "LONGEST_GATHERING", longest)

    async def scenario(writer: GroupWriter) -> None:
        first = asyncio.ensure_future(writer.store(batch(1)))
        await asyncio.to_thread(database.begun.wait, PAUSE)
        database.begun.clear()
        second = asyncio.ensure_future(writer.store(batch(2, readings)))
        await asyncio.to_thread(database.begun.wait, PAUSE)
        assert database.groups == [[1], [2]]
        database.released.set()
        await asyncio.gather(first, second)

    run(database, scenario, threads=2)
