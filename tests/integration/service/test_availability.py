"""The service answers clients while the database is busy, slow, silent or gone, and recovers afterwards."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import Engine, text

from dockerless_testing.waiting import wait_until
from service.settings import Settings
from tests.integration.service.support import HEADERS, PATH, batch, reading, rows, running, sent
from tests.support.tcp_proxy import TcpProxy


@pytest.fixture
def proxy(settings: Settings) -> Iterator[TcpProxy]:
    with TcpProxy((settings.database_host, settings.database_port)) as proxy:
        yield proxy


@pytest.fixture
def through_proxy(settings: Settings, proxy: TcpProxy) -> Settings:
    return replace(settings, database_host="127.0.0.1", database_port=proxy.port)


def assert_unavailable(response: httpx.Response) -> None:
    assert response.status_code == 503, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) >= 1


def test_an_exhausted_pool_is_a_503_and_health_is_well(settings: Settings, engine: Engine) -> None:
    with running(replace(settings, pool_size=1)) as (client, components):
        with components.pool.connect():
            assert_unavailable(client.post(PATH, json=batch(0), headers=HEADERS))
            assert_unavailable(client.get(PATH, headers=HEADERS))
            assert client.get("/health").status_code == 200
        assert client.post(PATH, json=batch(0), headers=HEADERS).status_code == 200


def test_a_lock_that_is_not_released_is_a_503(settings: Settings, engine: Engine) -> None:
    with running(replace(settings, statement_timeout=0.1)) as (client, components):
        components.readings.store(sent(reading(0)))
        with engine.connect() as other:
            other.execute(text("SELECT 1 FROM energy_consumption FOR UPDATE"))
            assert_unavailable(client.post(PATH, json=batch(0, 1, kwh=2), headers=HEADERS))
        assert len(rows(engine)) == 1
        assert client.post(PATH, json=batch(0, 1, kwh=2), headers=HEADERS).json() == {
            "stored": 1,
            "duplicates": 0,
            "revised": 1,
            "superseded": 0,
            "rejected": [],
        }


def test_a_stalled_database_keeps_few_waiting_and_refuses_the_rest_at_once(
    proxy: TcpProxy, through_proxy: Settings, engine: Engine
) -> None:
    settings = replace(through_proxy, pool_size=2, waiting_requests=3, patience=0.2, request_timeout=1.0)
    with running(settings) as (client, _):
        assert client.post(PATH, json=batch(0), headers=HEADERS).status_code == 200
        proxy.silence()
        answers = client.post_together([PATH] * 50, json=batch(1), headers=HEADERS)
        for answer in answers:
            assert_unavailable(answer)
        refused = [answer for answer in answers if "more work than it can take" in answer.json()["detail"]]
        assert len(refused) == 50 - (2 + 3)


def test_a_locked_row_is_a_503_for_those_who_wait_behind_it(settings: Settings, engine: Engine) -> None:
    with running(replace(settings, pool_size=1, patience=0.1, statement_timeout=1.0)) as (client, components):
        components.readings.store(sent(reading(0)))
        with engine.connect() as other:
            other.execute(text("SELECT 1 FROM energy_consumption FOR UPDATE"))
            for answer in client.post_together([PATH] * 5, json=batch(0, kwh=2), headers=HEADERS):
                assert_unavailable(answer)
        assert client.post(PATH, json=batch(0, kwh=2), headers=HEADERS).json()["revised"] == 1


def test_a_database_that_went_away_is_a_503_until_it_is_back(
    proxy: TcpProxy, through_proxy: Settings, engine: Engine
) -> None:
    with running(through_proxy) as (client, _):
        assert client.post(PATH, json=batch(0), headers=HEADERS).status_code == 200
        assert client.get("/health").json() == {"status": "ok"}
        proxy.cut()
        assert_unavailable(client.get("/health"))
        assert client.get("/live").status_code == 200
        assert_unavailable(client.post(PATH, json=batch(1), headers=HEADERS))
        assert_unavailable(client.get(PATH, headers=HEADERS))
        proxy.restore()
        assert client.get("/health").status_code == 200
        assert client.post(PATH, json=batch(1), headers=HEADERS).json()["stored"] == 1
        assert len(client.get(PATH, headers=HEADERS).json()["readings"]) == 2


def test_a_database_that_says_nothing_is_a_503_at_the_deadline(
    proxy: TcpProxy, through_proxy: Settings, engine: Engine
) -> None:
    settings = replace(through_proxy, health_timeout=0.2, request_timeout=0.2, pool_size=2, waiting_requests=1)
    with running(settings) as (client, _):
        assert client.post(PATH, json=batch(0), headers=HEADERS).status_code == 200
        proxy.silence()
        for _turn in range(5):
            assert_unavailable(client.post(PATH, json=batch(1), headers=HEADERS))
            assert_unavailable(client.get("/health"))
        proxy.cut()
        proxy.restore()

        def stores() -> bool:
            return client.post(PATH, json=batch(1), headers=HEADERS).status_code == 200

        wait_until(stores, timeout=20, what="the service to store again")
        wait_until(lambda: client.get("/health").status_code == 200, timeout=20, what="health")
