"""Uvicorn, set up for a task behind a load balancer."""

import json
import signal
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service import problems
from service.settings import Settings

# Longer than the load balancer's idle timeout (60 s), so that it never sends on a connection that this
# side has just closed:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
KEEP_ALIVE_SECONDS = 75


# The load balancer passes on 64 KiB of headers at most, the gateway 10 KiB.
LONGEST_HEAD = 128 * 1024


class ProblemProtocol(HttpToolsProtocol):
    """Answers a request that is not HTTP with a problem document too, and one whose head has no end."""

    _unread = 0
    """Bytes since the last request's end, while a head is read."""
    _in_body = False

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > LONGEST_HEAD and not self._in_body and not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")

    def on_headers_complete(self) -> None:
        self._in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_body = False
        self._unread = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        document = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": msg}
        body = json.dumps(document).encode("ascii")
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: {problems.MEDIA_TYPE}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def serve(app: FastAPI, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; then take no more requests, finish those in flight, return.

    Those that are still running after `shutdown_timeout` seconds are cut off.
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

    # Uvicorn raises the signal once more when it is done, for the handler that was there before its own.
    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.run()
