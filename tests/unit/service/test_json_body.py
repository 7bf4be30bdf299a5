"""A body is read exactly, or refused if it is too long, comes too slowly or ends early."""

import asyncio
import logging
from decimal import Decimal
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from service.http import json_body
from service.http.request_log import RequestLog
from service.intake import Intake
from service.problems import ProblemError

SCOPE: Scope = {"type": "http", "method": "POST", "path": "/", "headers": []}


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def gone() -> Message:
    return {"type": "http.disconnect"}


def test_a_body_that_does_not_arrive_is_a_408() -> None:
    with pytest.raises(ProblemError) as caught:
        asyncio.run(json_body.read(Request(SCOPE, never), limit=10, intake=Intake(9, 99, 0.01)))
    assert caught.value.status == 408


@pytest.mark.parametrize("length", ["11", "9" * 30])
def test_a_declared_length_over_the_limit_is_refused_unread(length: str) -> None:
    scope = {**SCOPE, "headers": [(b"content-length", length.encode())]}
    with pytest.raises(ProblemError) as caught:
        asyncio.run(json_body.read(Request(scope, never), limit=10, intake=Intake(9, 99, 60)))
    assert caught.value.status == 413


def test_a_client_that_hangs_up_is_logged_and_answered_nothing(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await json_body.read(Request(scope, receive), limit=10, intake=Intake(9, 99, 60))

    async def send(message: Message) -> None:
        sent.append(message)

    with caplog.at_level(logging.INFO):
        asyncio.run(RequestLog(app)(SCOPE, gone, send))
    assert sent == []
    (record,) = caplog.records
    fields: dict[str, Any] = vars(record)["fields"]
    assert fields["status"] == 499


@pytest.mark.parametrize(
    ("literal", "kind"), [("1", int), ("1" * 18, int), ("1" * 19, Decimal), ("1.0", Decimal), ("1e2", Decimal)]
)
def test_numbers_are_kept_exactly(literal: str, kind: type[int | Decimal]) -> None:
    found = json_body.parse(literal.encode())
    assert type(found) is kind
    assert found == Decimal(literal)
