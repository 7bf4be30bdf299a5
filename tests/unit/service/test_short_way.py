"""Usual requests are answered before FastAPI's way, as it would answer them; all others reach it untouched."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from service.components import Components, create_writer
from service.http.fast_path import ShortWay
from service.http.identity import HEADER
from service.problems import ProblemError
from service.readings import fast_parser
from tests.unit.service.fakes import NOW, SETTINGS, FakeReadings, running_app

NUMBER = "100000000000000001"
PATH = f"/v1/metering-points/{NUMBER}/readings"
READING = {"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317}
BODY = json.dumps({"readings": [READING]}).encode()
HEADERS = [(HEADER, NUMBER), ("content-type", "application/json"), ("content-length", str(len(BODY)))]


class Ways:
    """The short way, around one that only notes what reaches it."""

    def __init__(self, **settings: float) -> None:
        self.readings = FakeReadings()
        given = replace(SETTINGS, **settings)  # type: ignore[arg-type]
        components = Components.create(given, now=lambda: NOW)
        self.components = replace(
            components, readings=self.readings, writer=create_writer(components.settings, self.readings, lambda _: None)
        )
        self.left: list[Message] = []

    async def _other_way(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while True:
            self.left.append(await receive())
            if not self.left[-1].get("more_body"):
                return

    def call(self, parts: Sequence[Message], **scope: Any) -> list[Message]:
        """What is sent in answer to a request whose body comes in `parts`."""
        sent: list[Message] = []
        rest = list(parts)
        request = {"type": "http", "method": "POST", "path": PATH, "headers": HEADERS} | scope
        request["headers"] = [(name.encode(), value.encode()) for name, value in request["headers"]]

        async def receive() -> Message:
            return rest.pop(0) if rest else await asyncio.Event().wait()  # type: ignore[return-value]

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            asyncio.run(ShortWay(self._other_way, self.components)(request, receive, send))
        finally:
            self.components.close()
        return sent


def part(body: bytes = BODY, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_usual_request_does_not_reach_the_other_way() -> None:
    ways = Ways()
    start, body = ways.call([part()])
    assert (start["status"], json.loads(body["body"])) == (200, {"stored": 1, "duplicates": 0, "revised": 0})
    assert len(ways.readings.rows) == 1
    assert ways.left == []


@pytest.mark.parametrize(
    "unusual",
    [
        {"method": "GET"},
        {"type": "lifespan"},
        {"path": "/v1/metering-points/0/readings"},
        {"path": PATH + "/"},
        {"headers": HEADERS[1:]},
        {"headers": [(HEADER, "2"), *HEADERS[1:]]},
        {"headers": [*HEADERS, HEADERS[0]]},
        {"headers": [HEADERS[0], ("content-type", "application/json; charset=utf-8"), HEADERS[2]]},
        {"headers": [HEADERS[0], ("content-type", "text/plain"), HEADERS[2]]},
        {"headers": HEADERS[:2]},
        {"headers": [*HEADERS[:2], ("content-length", str(fast_parser.LONGEST + 1))]},
        {"headers": [*HEADERS, ("content-encoding", "gzip")]},
    ],
)
def test_an_unusual_request_reaches_the_other_way(unusual: dict[str, Any]) -> None:
    ways = Ways()
    assert ways.call([part()], **unusual) == []
    assert ways.left == [part()]
    assert not ways.readings.rows


@pytest.mark.parametrize(
    "parts",
    [
        [part(b"")],
        [part(b"{")],
        [part(b'{"readings": []}')],
        [part(BODY[:9], more=True), part(BODY[9:])],
        [{"type": "http.disconnect"}],
    ],
    ids=["empty", "malformed", "no reading", "in two parts", "gone"],
)
def test_an_unusual_body_reaches_the_other_way_from_its_begin(parts: list[Message]) -> None:
    ways = Ways()
    assert ways.call(parts) == []
    assert ways.left == parts
    assert not ways.readings.rows


def test_a_body_that_does_not_come_is_refused() -> None:
    ways = Ways(body_timeout=0.01)
    with pytest.raises(ProblemError) as refused:
        ways.call([])
    assert refused.value.status == 408
    assert ways.left == []


def test_without_a_place_it_is_refused_at_once() -> None:
    ways = Ways(pool_size=1, waiting_requests=0)
    with ways.components.places.one(), pytest.raises(ProblemError) as refused:
        ways.call([part()])
    assert refused.value.status == 503
    assert ways.left == []


@pytest.mark.parametrize("error", [None, RuntimeError("broken"), OSError()])
def test_both_ways_give_the_same_answer(error: Exception | None) -> None:
    answers = []
    for content_type in ("application/json", "application/json; charset=utf-8"):
        readings = FakeReadings()
        readings.error = error
        with running_app(readings) as client:
            answer = client.post(PATH, content=BODY, headers={HEADER: NUMBER, "content-type": content_type})
        answers.append((answer.status_code, answer.headers, answer.content, readings.rows))
    assert answers[0] == answers[1]
