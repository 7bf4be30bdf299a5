"""Calls an ASGI app in the same process, without a socket."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class AsgiClient:
    """Sends one request after the other. An exception of the app gives status 500. The app's lifespan does not run."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(_with_whole_bodies(app), raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://service.invalid")

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def post_together(self, paths: list[str], **options: Any) -> list[httpx.Response]:
        """Sends the same request to each of `paths` at the same time, and returns the answers."""

        async def all_of_them() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.post(path, **options) for path in paths))

        return self._runner.run(all_of_them())

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


def _with_whole_bodies(app: ASGIApp) -> ASGIApp:
    """Gives the app a body of a declared length in one message, as uvicorn does. httpx splits it into two."""

    async def whole(scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_whole() -> Message:
            message = await receive()
            body = message.get("body", b"")
            while message.get("more_body"):
                message = await receive()
                body += message.get("body", b"")
            return {**message, "body": body} if message["type"] == "http.request" else message

        has_length = any(name == b"content-length" for name, _ in scope["headers"])
        await app(scope, receive_whole if has_length else receive, send)

    return whole
