"""The arriving bodies are bounded in number, size and time. Where a bound is reached, the slowest body ends."""

import asyncio

import pytest

from service.intake import Intake
from service.problems import ProblemError
from tests.support.async_tasks import wait_until_begun


class World:
    """Receives bodies in pieces and keeps the status with which each one ended."""

    def __init__(self, bodies: int = 2, size: int = 100, seconds: float = 60) -> None:
        self.intake = Intake(bodies, size, seconds)
        self.ended: dict[str, int] = {}
        self.whole = asyncio.Event()

    def begin(self, name: str, size: int = 0) -> "asyncio.Task[None]":
        return asyncio.ensure_future(self._receive(name, size))

    async def _receive(self, name: str, size: int) -> None:
        try:
            async with self.intake.arrival() as arrival:
                arrival.note(size)
                await self.whole.wait()
            self.ended[name] = 200
        except ProblemError as refused:
            self.ended[name] = refused.status

    async def end(self, *arriving: "asyncio.Task[None]") -> dict[str, int]:
        await wait_until_begun(*arriving)
        self.whole.set()
        await asyncio.gather(*arriving)
        return self.ended


def test_one_too_many_ends_the_one_that_is_on_its_way_for_the_longest() -> None:
    async def scenario() -> dict[str, int]:
        world = World(bodies=2)
        return await world.end(*(world.begin(name) for name in ("first", "second", "third")))

    assert asyncio.run(scenario()) == {"first": 408, "second": 200, "third": 200}


def test_bytes_too_many_end_it_too() -> None:
    async def scenario() -> dict[str, int]:
        world = World(bodies=9, size=100)
        return await world.end(world.begin("first", 60), world.begin("second", 40), world.begin("third", 60))

    assert asyncio.run(scenario()) == {"first": 408, "second": 200, "third": 200}


def test_what_has_ended_counts_no_more() -> None:
    async def scenario() -> list[dict[str, int]]:
        world = World(bodies=1, size=10)
        found = []
        for name in ("first", "second", "third"):
            found.append(dict(await world.end(world.begin(name, 10))))
            world.whole.clear()
        return found

    assert asyncio.run(scenario())[-1] == {"first": 200, "second": 200, "third": 200}


def test_one_that_takes_too_long_ends() -> None:
    async def scenario() -> dict[str, int]:
        world = World(seconds=0.01)
        await world.begin("slow")
        return world.ended

    assert asyncio.run(scenario()) == {"slow": 408}


async def fail(intake: Intake) -> None:
    async with intake.arrival() as arrival:
        arrival.note(50)
        raise TimeoutError("its own")


def test_what_the_block_raises_is_raised_and_leaves_nothing() -> None:
    async def scenario() -> None:
        world = World(bodies=1)
        with pytest.raises(TimeoutError, match="its own"):
            await fail(world.intake)
        assert (world.intake._arriving, world.intake._held) == ({}, 0)

    asyncio.run(scenario())
