"""Uvicorn, set up for a task behind a load balancer."""

import json
import signal
from types import FrameType
from typing import Any

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from service import problems
from service.settings import Settings

# Longer than the load balancer's idle timeout (60 s), so that it never sends on a connection that this
# side has just closed:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
KEEP_ALIVE_SECONDS = 75


class ProblemProtocol(H11Protocol):
    """Answers a request that is not HTTP with a problem document too."""

    def send_400_response(self, msg: str) -> None:
        document = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": msg}
        body = json.dumps(document).encode("ascii")
        headers = [
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        events: list[Any] = [
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ]
        for event in events:
            self.transport.write(self.conn.send(event) or b"")
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
