"""Sends readings through the public API, several requests at a time. It waits when the API asks for it."""

import asyncio
import email.utils
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from domain.days import format_instant
from seed.local_only import require_local
from seed.readings import DemoReading

CONCURRENCY = 8
_ATTEMPTS = 8
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 30.0
_RETRIED = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request to send: a customer's readings, at most 1,000, with the customer's key."""

    number: str
    api_key: str
    readings: list[DemoReading]
    reported_at: datetime | None = None
    """When the meter made this version. None leaves it out of the message."""

    def as_json(self) -> dict[str, Any]:
        """Returns the body of the request."""
        body: dict[str, Any] = {"readings": [reading.as_json() for reading in self.readings]}
        if self.reported_at is not None:
            body["reported_at"] = format_instant(self.reported_at)
        return body


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request without an answer, or with an answer other than 200."""

    number: str
    status: int | None
    reason: str


@dataclass(slots=True)
class Summary:
    """The counts of all requests."""

    requests: int = 0
    stored: int = 0
    duplicates: int = 0
    revised: int = 0
    superseded: int = 0
    retries: int = 0
    refusals: list[Refusal] = field(default_factory=list)


@dataclass(slots=True)
class _Sending:
    client: httpx.AsyncClient
    pause: Callable[[float], Coroutine[Any, Any, None]]
    summary: Summary


async def send(
    api_url: str,
    deliveries: Iterable[Delivery],
    *,
    concurrency: int = CONCURRENCY,
    done: Callable[[], None] = lambda: None,
    pause: Callable[[float], Coroutine[Any, Any, None]] = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Summary:
    """Sends every delivery, `concurrency` at a time. It calls `done` after each.

    It retries answers 429 and 503 after their `Retry-After`, or after a growing pause. It retries broken connections
    too. A repeated call is harmless as long as nothing newer was stored for its intervals, or the message says when it
    was made (`reported_at`). Raises `NotLocalError` unless `api_url` is an address of this machine. A
    refusal stops nothing. The summary lists it.
    """
    require_local(api_url)
    limits = httpx.Limits(max_connections=concurrency)
    async with httpx.AsyncClient(
        base_url=api_url, timeout=30, limits=limits, trust_env=False, transport=transport
    ) as client:
        sending = _Sending(client, pause, Summary())
        waiting = iter(deliveries)
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(_send_in_turn(sending, waiting, done))
    return sending.summary


async def _send_in_turn(sending: _Sending, waiting: Iterable[Delivery], done: Callable[[], None]) -> None:
    for delivery in waiting:
        await _deliver(sending, delivery)
        done()


async def _deliver(sending: _Sending, delivery: Delivery) -> None:
    summary = sending.summary
    summary.requests += 1
    answer = await _post(sending, delivery)
    if isinstance(answer, httpx.TransportError):
        summary.refusals.append(Refusal(delivery.number, None, f"no answer: {answer!r}"))
    elif answer.status_code != 200:
        summary.refusals.append(Refusal(delivery.number, answer.status_code, reason_of(answer)))
    else:
        counts = answer.json()
        summary.stored += counts["stored"]
        summary.duplicates += counts["duplicates"]
        summary.revised += counts["revised"]
        summary.superseded += counts["superseded"]


async def _post(sending: _Sending, delivery: Delivery) -> httpx.Response | httpx.TransportError:
    body = delivery.as_json()
    path = f"/v1/metering-points/{delivery.number}/readings"
    for attempt in range(_ATTEMPTS):
        try:
            answer: httpx.Response | httpx.TransportError = await sending.client.post(
                path, json=body, headers={"x-api-key": delivery.api_key}
            )
        except httpx.TransportError as error:
            answer = error
        if isinstance(answer, httpx.Response) and answer.status_code not in _RETRIED:
            return answer
        if attempt < _ATTEMPTS - 1:
            sending.summary.retries += 1
            await sending.pause(_seconds_to_wait(answer, attempt))
    return answer


def _seconds_to_wait(answer: httpx.Response | httpx.TransportError, attempt: int) -> float:
    asked = _retry_after(answer) if isinstance(answer, httpx.Response) else None
    return min(_FIRST_PAUSE * 2**attempt if asked is None else asked, _LONGEST_PAUSE)


def _retry_after(answer: httpx.Response) -> float | None:
    """Returns the seconds of the Retry-After header, which has a number or a date (RFC 9110, 10.2.3)."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def reason_of(answer: httpx.Response) -> str:
    """Returns the reason in an error answer: from problem details (RFC 9457), API Gateway's message, or the text."""
    try:
        problem = answer.json()
    except ValueError:
        return answer.text[:200]
    if not isinstance(problem, dict):
        return answer.text[:200]
    reason = next((str(problem[name]) for name in ("detail", "message", "title") if problem.get(name)), "")
    for error in problem.get("errors", [])[:1]:
        reason += f" The first: reading {error.get('index')}, {error.get('field')} {error.get('reason')}."
    return reason or answer.text[:200]
