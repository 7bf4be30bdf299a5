"""Writes one log line for each request, and answers the errors that no other handler catches."""

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.log_lines import request_id
from service.http import problems
from service.problems import unavailable

logger = logging.getLogger(__name__)

# The gateway maps its $context.requestId to the first header. The load balancer sets the second one.
REQUEST_ID_HEADERS = ("x-request-id", "x-amzn-trace-id")
_REQUEST_ID = re.compile(r"[A-Za-z0-9+=;:._/-]{1,128}")
CLIENT_CLOSED_REQUEST = 499


class RequestLog:
    """This ASGI middleware lies around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id.set(_request_id(Headers(scope=scope)))
        begin = time.perf_counter()
        status = 0

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note_status)
        except ClientDisconnect:
            status = CLIENT_CLOSED_REQUEST
        except asyncio.CancelledError:
            if not status:
                await problems.respond(unavailable("The task is shutting down."))(scope, receive, note_status)
            raise
        except Exception:
            logger.exception("unexpected error")
            if status:
                raise
            await problems.plain_problem(500)(scope, receive, note_status)
        finally:
            _log(scope, status, time.perf_counter() - begin)


def _request_id(headers: Mapping[str, str]) -> str | None:
    for name in REQUEST_ID_HEADERS:
        value = headers.get(name, "")
        if _REQUEST_ID.fullmatch(value):
            return value
    return None


def _log(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    fields = {
        "method": scope["method"],
        "route": path,
        "status": status,
        "duration_ms": round(seconds * 1000, 1),
    }
    # The load balancer asks every few seconds. Only a failure is worth a line.
    quiet = path in ("/health", "/live") and status == 200
    logger.log(logging.DEBUG if quiet else logging.INFO, "request", extra={"fields": fields})
