"""Sets up uvicorn for a task behind a load balancer."""

import asyncio
import json
import signal
from collections.abc import Callable
from http import HTTPStatus
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.http import problems
from service.settings import Settings

# This is longer than the load balancer's idle timeout (60 s), so that it never sends on a connection that this side
# has just closed.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
KEEP_ALIVE_SECONDS = 75


# The load balancer passes on 64 KiB of headers at most, the gateway 10 KiB.
LONGEST_HEAD = 128 * 1024


HEAD_SECONDS = 10.0
"""The time in which a request's head must be complete, and in which a body that nobody waits for must end."""


class ProblemProtocol(HttpToolsProtocol):
    """Answers with a problem document where a request is not HTTP, or where its head does not end.

    Uvicorn itself limits the time of a connection only between 2 requests.
    """

    _unread = 0
    """The bytes since the end of the last request, while a head is read."""
    _in_body = False
    _too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unset_keepalive_if_required()
        self._be_in_time()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._be_in_time(self._head_is_late)
        super().on_message_begin()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_body and self.cycle.response_complete and not self.transport.is_closing():
            self._be_in_time(self.transport.close)

    def _be_in_time(self, otherwise: Callable[[], None] | None = None) -> None:
        """Calls `otherwise` after `HEAD_SECONDS`. It cancels the former call."""
        if self._too_late is not None:
            self._too_late.cancel()
        self._too_late = None if otherwise is None else self.loop.call_later(HEAD_SECONDS, otherwise)

    def _head_is_late(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._be_in_time(self._head_is_late)  # the answer to the former request is still due
        elif not self.transport.is_closing():
            self._send_and_close(HTTPStatus.REQUEST_TIMEOUT, "The request's head did not arrive in time.")

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > LONGEST_HEAD and not self._in_body and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")

    def on_headers_complete(self) -> None:
        self._in_body = True
        self._be_in_time()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._be_in_time()
        self._unread = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._send_and_close(HTTPStatus.BAD_REQUEST, msg)

    def _send_and_close(self, status: HTTPStatus, detail: str) -> None:
        document = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
        body = json.dumps(document).encode("ascii")
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: {problems.MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def serve(app: FastAPI, settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT. Then it takes no more requests, finishes the running requests and returns.

    It cuts off requests that still run after `shutdown_timeout` seconds.
    """
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=ProblemProtocol,
            loop="uvloop",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_timeout,
        )
    )

    # Uvicorn raises the signal again at its end, for the handler that was there before its own.
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run()
