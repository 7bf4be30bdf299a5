"""Workers bound the work that waits, and refuse further work, so that nothing piles up."""

import asyncio
import threading

import pytest

from service.problems import ProblemError
from service.workers import AdmissionLimit, Workers
from tests.support.async_tasks import wait_for, wait_until_begun


def test_work_runs_on_its_threads_and_returns() -> None:
    workers = Workers("test", threads=1, waiting=0, deadline=10)
    assert asyncio.run(workers.run(max, 1, 2)) == 2
    assert workers.close()


def test_what_the_work_raises_is_raised() -> None:
    workers = Workers("test", threads=1, waiting=0, deadline=10)

    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        asyncio.run(workers.run(fail))
    workers.close()


def test_work_beyond_the_line_is_refused_at_once() -> None:
    workers = Workers("test", threads=1, waiting=1, deadline=60)
    release = threading.Event()

    async def scenario() -> list[bool]:
        taken = [asyncio.ensure_future(workers.run(release.wait)) for _ in range(2)]
        await wait_until_begun(*taken)
        with pytest.raises(ProblemError) as caught:
            await workers.run(release.wait)
        assert caught.value.status == 503
        release.set()
        return await asyncio.gather(*taken)

    assert asyncio.run(scenario()) == [True, True]
    workers.close()


def test_stuck_work_is_answered_at_the_deadline_and_keeps_its_place() -> None:
    workers = Workers("test", threads=1, waiting=0, deadline=0.01)
    release = threading.Event()
    ended = threading.Event()

    def stuck() -> None:
        release.wait()
        ended.set()

    async def scenario() -> None:
        for detail in ("No answer within", "more work than"):
            with pytest.raises(ProblemError, match=detail) as caught:
                await workers.run(stuck)
            assert caught.value.status == 503
        assert not workers.close()
        release.set()
        await asyncio.to_thread(ended.wait)

    asyncio.run(scenario())


def test_work_that_waited_too_long_is_never_begun() -> None:
    workers = Workers("test", threads=1, waiting=5, deadline=0.01)
    release = threading.Event()
    begun: list[int] = []

    async def scenario() -> None:
        results = await asyncio.gather(workers.run(release.wait), workers.run(begun.append, 1), return_exceptions=True)
        assert [type(result) for result in results] == [ProblemError, ProblemError]
        release.set()

    asyncio.run(scenario())
    workers.close()
    assert begun == []


def test_work_whose_turn_does_not_come_is_refused_before_the_deadline() -> None:
    workers = Workers("test", threads=1, waiting=5, deadline=60, patience=0.1)
    holds_the_thread, release = threading.Event(), threading.Event()
    begun: list[int] = []

    def hold() -> bool:
        holds_the_thread.set()
        return release.wait()

    async def scenario() -> None:
        running = asyncio.ensure_future(workers.run(hold))
        await wait_for(holds_the_thread.is_set, "the first work to take the thread")
        with pytest.raises(ProblemError, match="slower than requests come") as caught:
            await workers.run(begun.append, 1)
        assert caught.value.status == 503
        release.set()
        assert await running

    asyncio.run(scenario())
    workers.close()
    assert begun == []


def test_a_request_beyond_the_limit_is_refused_and_an_ended_one_makes_room() -> None:
    limit = AdmissionLimit(1)
    with limit.admit(), pytest.raises(ProblemError) as caught, limit.admit():
        raise AssertionError("unreachable")
    assert caught.value.status == 503
    with pytest.raises(ValueError, match="its own"), limit.admit():
        raise ValueError("its own")
    with limit.admit():
        pass
