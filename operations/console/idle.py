"""Ends the console of a local stack when nobody uses it. The launcher starts it again with the next request."""

import threading
import time

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.middleware.base import RequestResponseEndpoint


def end_when_idle(app: FastAPI, server: uvicorn.Server, seconds: int) -> None:
    """Ends the server when no request has come for so long. A request that is at work keeps it."""
    last, at_work = [time.monotonic()], [0]

    async def noted(request: Request, call_next: RequestResponseEndpoint) -> Response:
        at_work[0] += 1
        try:
            return await call_next(request)
        finally:
            at_work[0] -= 1
            last[0] = time.monotonic()

    def watch() -> None:
        while not server.should_exit:
            time.sleep(min(seconds, 5))
            if not at_work[0] and time.monotonic() - last[0] > seconds:
                server.should_exit = True

    app.middleware("http")(noted)
    threading.Thread(target=watch, daemon=True).start()
