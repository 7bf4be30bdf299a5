"""The fast path answers the common `POST` of readings before FastAPI's routing, which would double its cost.

Nearly every request of a customer goes this way. The careful path is `routes.readings.store_readings`. The fast path
takes a part of the requests that the careful path takes, and gives the same answer. It leaves other calls, bodies that
have to be refused with reasons, and rare spellings to the careful path. A test holds that both give the same answer.
Decision 21 has the figures.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.metering_points import PATTERN, parse_metering_point
from service.components import Components
from service.http import identity, openapi
from service.http.routes import readings
from service.readings import fast_parser

_PATH = re.compile(openapi.NUMBER_PATH.replace("{number}", f"({PATTERN})"))
_IDENTITY = identity.HEADER.encode("ascii")


class FastPath:
    """This ASGI middleware lies directly around FastAPI's routes. The middleware around it answers its errors."""

    def __init__(self, app: ASGIApp, components: Components) -> None:
        self._app = app
        self._components = components

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        metering_point = _own_metering_point(scope)
        if metering_point is None:
            await self._app(scope, receive, send)
            return
        async with self._components.intake.arrival():
            message = await receive()
        if not _is_whole_body(message):
            await self._app(scope, _with_first(message, receive), send)
            return
        batch = fast_parser.parse(message.get("body", b""), self._components.terms())
        if batch is None:
            scope.setdefault("state", {})[readings.REFUSED_BY_FAST_PARSER] = True
            await self._app(scope, _with_first(message, receive), send)
            return
        with self._components.admission.admit():
            counts = await self._components.writer.store(metering_point, batch)
        scope["route"] = readings.STORE
        await readings.stored(counts)(scope, receive, send)


def _own_metering_point(scope: Scope) -> int | None:
    """Returns the metering point that the caller may report for; None where the careful path has to look at it."""
    if scope["type"] != "http" or scope["method"] != "POST" or (path := _PATH.fullmatch(scope["path"])) is None:
        return None
    headers = dict(scope["headers"])
    is_common = (
        len(headers) == len(scope["headers"])  # no header is there twice
        and headers.get(_IDENTITY) == path[1].encode("ascii")
        and headers.get(b"content-type") == b"application/json"
        and b"content-encoding" not in headers
        and _is_small(headers.get(b"content-length", b""))
    )
    return parse_metering_point(path[1]) if is_common else None


def _is_small(declared: bytes) -> bool:
    return declared.isdigit() and len(declared) < 9 and int(declared) <= fast_parser.LONGEST


def _is_whole_body(message: Message) -> bool:
    return message["type"] == "http.request" and not message.get("more_body")


def _with_first(message: Message, receive: Receive) -> Receive:
    """Returns a `receive` that gives `message` first, so that the careful path sees the request from its begin."""
    first = [message]

    async def receive_with_first() -> Message:
        return first.pop() if first else await receive()

    return receive_with_first
