"""The usual `POST` of readings, answered without FastAPI's own way, which costs as much as all the rest of it.

It knows a part of what `routes.readings.store_readings` takes, with the same answer, and leaves all else to it: other
calls, what has to be refused with its reasons, and rare spellings of what is taken. A test holds the two against each
other. What each saves is in decision 21.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.metering_points import PATTERN, parse_metering_point
from service.components import Components
from service.http import identity, openapi
from service.http.routes import readings
from service.readings import fast_parser
from service.readings.parser import Reading

_PATH = re.compile(openapi.NUMBER_PATH.replace("{number}", f"({PATTERN})"))
_IDENTITY = identity.HEADER.encode("ascii")


class ShortWay:
    """ASGI middleware right around FastAPI's routes. What it raises is for the middleware around it to answer."""

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
        if (batch := self._readings(message)) is None:
            await self._app(scope, _again(message, receive), send)
            return
        with self._components.places.one():
            counts = await self._components.writer.store(metering_point, batch)
        scope["route"] = readings.STORE
        await readings.stored(counts)(scope, receive, send)

    def _readings(self, message: Message) -> list[Reading] | None:
        """Those of a usual body that is here already; None for FastAPI's way."""
        if message["type"] != "http.request" or message.get("more_body"):
            return None
        return fast_parser.parse(message.get("body", b""), self._components.terms())


def _own_metering_point(scope: Scope) -> int | None:
    """The metering point for which the caller may report with a request like this one; None for FastAPI's way."""
    if scope["type"] != "http" or scope["method"] != "POST" or (path := _PATH.fullmatch(scope["path"])) is None:
        return None
    headers = dict(scope["headers"])
    usual = (
        len(headers) == len(scope["headers"])  # none is there twice
        and headers.get(_IDENTITY) == path[1].encode("ascii")
        and headers.get(b"content-type") == b"application/json"
        and b"content-encoding" not in headers
        and _is_small(headers.get(b"content-length", b""))
    )
    return parse_metering_point(path[1]) if usual else None


def _is_small(declared: bytes) -> bool:
    return declared.isdigit() and len(declared) < 9 and int(declared) <= fast_parser.LONGEST


def _again(message: Message, receive: Receive) -> Receive:
    """`receive` as it was before `message` was taken from it."""
    taken = [message]

    async def receive_again() -> Message:
        return taken.pop() if taken else await receive()

    return receive_again
