"""The fast path answers common requests as the careful path would. It leaves the others to it untouched."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from domain.identity_headers import INTERVAL_MINUTES, METERING_POINT
from service.components import Components, create_writer
from service.http.fast_path import FastPath
from service.problems import ProblemError
from service.readings import fast_parser
from service.readings.parser import Delivery
from service.readings.times import Terms
from tests.unit.service.fakes import NOW, NUMBER, OWN, SETTINGS, FakeReadings, running_app

HEADER = METERING_POINT
PATH = f"/v1/metering-points/{NUMBER}/readings"
READING = {"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317}
STORED = {"stored": 1, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []}
BODY = json.dumps({"readings": [READING]}).encode()
HEADERS = [
    (HEADER, NUMBER),
    ("content-type", "application/json"),
    ("content-length", str(len(BODY))),
    *((name, value) for name, value in OWN.items() if name != HEADER),
]


class Paths:
    """Wraps a careful path that only notes its messages in the fast path."""

    def __init__(self, **settings: float) -> None:
        self.readings = FakeReadings()
        given = replace(SETTINGS, **settings)  # type: ignore[arg-type]
        components = Components.create(given, now=lambda: NOW)
        self.components = replace(
            components, readings=self.readings, writer=create_writer(components.settings, self.readings, lambda _: None)
        )
        self.left: list[Message] = []

    async def _careful_path(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        while True:
            self.left.append(await receive())
            if not self.left[-1].get("more_body"):
                return

    def call(self, parts: Sequence[Message], **scope: Any) -> list[Message]:
        """Returns the messages that answer a request whose body comes in `parts`."""
        sent: list[Message] = []
        rest = list(parts)
        request = {"type": "http", "method": "POST", "path": PATH, "query_string": b"", "headers": HEADERS} | scope
        request["headers"] = [(name.encode(), value.encode()) for name, value in request["headers"]]

        async def receive() -> Message:
            return rest.pop(0) if rest else await asyncio.Event().wait()  # type: ignore[return-value]

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            asyncio.run(FastPath(self._careful_path, self.components)(request, receive, send))
        finally:
            self.components.close()
        return sent


def part(body: bytes = BODY, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_common_request_does_not_reach_the_careful_path() -> None:
    paths = Paths()
    start, body = paths.call([part()])
    assert (start["status"], json.loads(body["body"])) == (200, STORED)
    assert len(paths.readings.rows) == 1
    assert paths.left == []


@pytest.mark.parametrize(
    "uncommon",
    [
        {"method": "GET"},
        {"type": "lifespan"},
        {"path": "/v1/metering-points/-0/readings"},
        {"path": PATH + "/"},
        {"headers": HEADERS[1:]},
        {"headers": [(HEADER, "2"), *HEADERS[1:]]},
        {"headers": [*HEADERS, HEADERS[0]]},
        {"headers": [HEADERS[0], ("content-type", "application/json; charset=utf-8"), *HEADERS[2:]]},
        {"headers": [HEADERS[0], ("content-type", "text/plain"), *HEADERS[2:]]},
        {"headers": [*HEADERS[:2], *HEADERS[3:]]},
        {"headers": HEADERS[:4]},
        {"headers": HEADERS[:3] + HEADERS[4:]},
        {"headers": [*HEADERS[:3], (INTERVAL_MINUTES, "7"), HEADERS[4]]},
        {"query_string": b"on_error=skip"},
        {"headers": [*HEADERS[:2], ("content-length", str(fast_parser.LONGEST + 1)), *HEADERS[3:]]},
        {"headers": [*HEADERS, ("content-encoding", "gzip")]},
    ],
)
def test_an_uncommon_request_reaches_the_careful_path(uncommon: dict[str, Any]) -> None:
    paths = Paths()
    assert paths.call([part()], **uncommon) == []
    assert paths.left == [part()]
    assert not paths.readings.rows


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
def test_an_uncommon_body_reaches_the_careful_path_from_its_begin(parts: list[Message]) -> None:
    paths = Paths()
    assert paths.call(parts) == []
    assert paths.left == parts
    assert not paths.readings.rows


def test_a_body_that_does_not_come_is_refused() -> None:
    paths = Paths(body_timeout=0.01)
    with pytest.raises(ProblemError) as refused:
        paths.call([])
    assert refused.value.status == 408
    assert paths.left == []


def test_a_request_beyond_the_limit_is_refused_at_once() -> None:
    paths = Paths(pool_size=1, waiting_requests=0)
    with paths.components.admission.admit(), pytest.raises(ProblemError) as refused:
        paths.call([part()])
    assert refused.value.status == 503
    assert paths.left == []


@pytest.mark.parametrize("error", [None, RuntimeError("broken"), OSError()])
def test_both_paths_give_the_same_answer(error: Exception | None) -> None:
    answers = []
    for content_type in ("application/json", "application/json; charset=utf-8"):
        readings = FakeReadings()
        readings.error = error
        with running_app(readings) as client:
            answer = client.post(PATH, content=BODY, headers=OWN | {"content-type": content_type})
        answers.append((answer.status_code, answer.headers, answer.content, readings.rows))
    assert answers[0] == answers[1]


UNTYPED = READING | {"consumption_kwh": "0.317"}


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8"], ids=["fast", "careful"]
)
@pytest.mark.parametrize(("reading", "status"), [(READING, 200), (UNTYPED, 422)], ids=["taken", "refused"])
def test_the_fast_parser_sees_a_body_once(
    content_type: str, reading: dict[str, Any], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = []
    parse = fast_parser.parse

    def noted(body: bytes, terms: Terms) -> Delivery | None:
        bodies.append(body)
        return parse(body, terms)

    monkeypatch.setattr(fast_parser, "parse", noted)
    body = json.dumps({"readings": [reading]}).encode()
    with running_app(FakeReadings()) as client:
        answer = client.post(PATH, content=body, headers=OWN | {"content-type": content_type})

    assert answer.status_code == status
    assert bodies == [body]
