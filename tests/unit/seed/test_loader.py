import asyncio
import email.utils
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dockerless_testing.waiting import wait_until
from seed.loader import Delivery, Summary, send
from seed.local_only import NotLocalError, require_local
from seed.readings import DemoReading

API = "http://127.0.0.1:4566/_aws/execute-api/abc"
READING = DemoReading(datetime(2026, 1, 1, tzinfo=UTC), 0.25)


def deliveries(count: int) -> list[Delivery]:
    return [Delivery(str(number), f"key-{number}", [READING]) for number in range(1, count + 1)]


def run(count: int, answer: Callable[[httpx.Request], httpx.Response]) -> tuple[Summary, list[float]]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    transport = httpx.MockTransport(answer)
    return asyncio.run(send(API, deliveries(count), pause=pause, transport=transport)), pauses


def stored(request: httpx.Request) -> httpx.Response:
    count = len(json.loads(request.content)["readings"])
    return httpx.Response(200, json={"stored": count, "duplicates": 0, "revised": 0, "superseded": 0})


def test_each_customer_sends_its_own_readings_with_its_own_key() -> None:
    seen: dict[str, str] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen[request.url.path] = request.headers["x-api-key"]
        return stored(request)

    summary, _ = run(20, answer)
    assert (summary.requests, summary.stored, summary.refusals) == (20, 20, [])
    base = "/_aws/execute-api/abc/v1/metering-points"
    assert seen == {f"{base}/{number}/readings": f"key-{number}" for number in range(1, 21)}


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_api_is_asked_again_when_it_says(status: int) -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return stored(request) if asked == 3 else httpx.Response(status, headers={"retry-after": "7"})

    summary, pauses = run(1, answer)
    assert (summary.stored, summary.retries, pauses) == (1, 2, [7, 7])


def test_a_retry_after_may_be_a_date() -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        moment = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
        return stored(request) if asked == 2 else httpx.Response(503, headers={"retry-after": moment})

    _, (pause,) = run(1, answer)
    assert 15 < pause <= 20


def test_without_a_retry_after_the_pauses_grow_and_end() -> None:
    summary, pauses = run(1, lambda _: httpx.Response(503, json={"message": "Service Unavailable"}))
    assert pauses == sorted(set(pauses))
    assert len(pauses) == 7
    (refusal,) = summary.refusals
    assert (refusal.status, refusal.reason) == (503, "Service Unavailable")


def test_a_refusal_is_reported_with_its_reason_and_stops_nobody_else() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        refused = request.url.path.endswith("/2/readings")
        return httpx.Response(403, json={"message": "Forbidden"}) if refused else stored(request)

    summary, pauses = run(3, answer)
    assert (summary.stored, pauses) == (2, [])
    assert [(each.number, each.status, each.reason) for each in summary.refusals] == [("2", 403, "Forbidden")]


def test_a_problems_first_error_is_part_of_the_reason() -> None:
    problem = {
        "detail": "2 errors; nothing was stored.",
        "errors": [{"index": 7, "field": "interval_start", "reason": "is in the future"}, {}],
    }
    summary, _ = run(1, lambda _: httpx.Response(422, json=problem))
    reason = summary.refusals[0].reason
    assert reason == "2 errors; nothing was stored. The first: reading 7, interval_start is in the future."


def test_a_broken_connection_is_tried_again() -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise httpx.ReadError("connection reset")
        return stored(request)

    summary, _ = run(1, answer)
    assert (summary.stored, summary.retries) == (1, 1)


def test_no_more_requests_than_allowed_are_under_way() -> None:
    under_way = most = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.to_thread(wait_until, lambda: most >= 3, 60, "three requests under way", 0.001)
        under_way -= 1
        return stored(request)

    asyncio.run(send(API, deliveries(50), concurrency=3, transport=httpx.MockTransport(answer)))
    assert most == 3


@pytest.mark.parametrize(
    "url",
    [
        "https://abc.execute-api.eu-central-1.amazonaws.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://10.0.0.1:4566",
        "http://0.0.0.0:4566",
        "http://127.0.0.1@example.com",
        "",
    ],
)
def test_demo_keys_go_to_this_machine_only(url: str) -> None:
    with pytest.raises(NotLocalError):
        require_local(url)
    with pytest.raises(NotLocalError):
        asyncio.run(send(url, deliveries(1)))


@pytest.mark.parametrize("url", [API, "http://localhost:4566", "http://[::1]:4566", "http://127.9.9.9"])
def test_this_machine_has_several_names(url: str) -> None:
    assert require_local(url) == url
