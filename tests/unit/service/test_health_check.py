import asyncio
import threading

import pytest
from sqlalchemy import Engine

from service.postgres import connections
from service.postgres.health_check import HealthCheck
from tests.support.async_tasks import wait_until_begun
from tests.unit.service.fakes import SETTINGS


def test_many_questions_at_once_are_one_question_to_the_database() -> None:
    asked: list[Engine] = []
    release = threading.Event()

    def check(pool: Engine) -> None:
        asked.append(pool)
        release.wait()

    async def scenario() -> None:
        questions = [asyncio.ensure_future(health.database_answers()) for _ in range(50)]
        await wait_until_begun(*questions)
        release.set()
        await asyncio.gather(*questions)
        await health.database_answers()

    health = HealthCheck(connections.create_pool(SETTINGS, 1), timeout=60, check=check)
    asyncio.run(scenario())
    assert len(asked) == 2
    assert health.close()


def test_a_no_is_told_to_everyone_who_asked_and_not_remembered() -> None:
    answers: list[Exception | None] = [ConnectionError("down"), None]

    def check(_pool: Engine) -> None:
        answer = answers.pop(0)
        if answer:
            raise answer

    async def scenario() -> None:
        found = await asyncio.gather(*(health.database_answers() for _ in range(3)), return_exceptions=True)
        assert [str(one) for one in found] == ["down"] * 3
        await health.database_answers()

    health = HealthCheck(connections.create_pool(SETTINGS, 1), timeout=60, check=check)
    asyncio.run(scenario())


def test_a_database_that_says_nothing_is_down() -> None:
    release = threading.Event()
    health = HealthCheck(
        connections.create_pool(SETTINGS, 1), timeout=0.01, check=lambda _pool: (release.wait(), None)[1]
    )
    with pytest.raises(Exception, match="No answer within"):
        asyncio.run(health.database_answers())
    assert not health.close()
    release.set()
