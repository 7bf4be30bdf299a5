"""The fast path answers the common `POST` of readings before FastAPI's routing, which would double its cost.

Nearly every request of a customer goes this way. The careful path is `routes.readings.store_readings`. The fast path
takes a part of the requests that the careful path takes, and gives the same answer. It leaves other calls, bodies that
have to be refused with reasons, and rare spellings to the careful path. A test holds that both give the same answer.
Decision 21 has the figures.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.identity_headers import CONTEXT, Identity, InvalidIdentityError
from domain.metering_points import PATTERN
from service.components import Components
from service.http.identity import number_form
from service.http.openapi_calls import READINGS_PATH
from service.http.routes import readings
from service.readings import fast_parser

_PATH = re.compile(READINGS_PATH.replace("{number}", f"({PATTERN})"))
_IDENTITY = [(name, name.encode("ascii")) for name in CONTEXT]


class FastPath:
    """This ASGI middleware lies directly around FastAPI's routes. The middleware around it answers its errors."""

    def __init__(self, app: ASGIApp, components: Components) -> None:
        self._app = app
        self._components = components
        self._form = number_form(components.settings.metering_point_pattern)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = _caller(scope, self._form)
        if caller is None:
            await self._app(scope, receive, send)
            return
        async with self._components.intake.arrival():
            message = await receive()
        if not _is_whole_body(message):
            await self._app(scope, _with_first(message, receive), send)
            return
        delivery = fast_parser.parse(message.get("body", b""), self._components.terms(caller))
        if delivery is None:
            scope.setdefault("state", {})[readings.REFUSED_BY_FAST_PARSER] = True
            await self._app(scope, _with_first(message, receive), send)
            return
        with self._components.admission.admit():
            counts = await self._components.writer.store(readings.batch(caller, delivery))
        scope["route"] = readings.STORE
        await readings.stored(counts, delivery)(scope, receive, send)


def _caller(scope: Scope, form: re.Pattern[str]) -> Identity | None:
    """Returns the caller, who may report for the path's number; None where the careful path has to look at it."""
    if scope["type"] != "http" or scope["method"] != "POST" or (path := _PATH.fullmatch(scope["path"])) is None:
        return None
    headers = dict(scope["headers"])
    is_common = (
        len(headers) == len(scope["headers"])  # no header is there twice
        and headers.get(b"content-type") == b"application/json"
        and b"content-encoding" not in headers
        and _is_small(headers.get(b"content-length", b""))
        and not scope["query_string"]
        and form.fullmatch(path[1])
    )
    if not is_common:
        return None
    try:
        caller = Identity.from_headers({name: headers[key].decode("latin-1") for name, key in _IDENTITY})
    except (KeyError, InvalidIdentityError):
        return None
    return caller if caller.metering_point == path[1] else None


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
