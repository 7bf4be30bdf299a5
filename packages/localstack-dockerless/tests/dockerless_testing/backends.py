"""Runs small HTTP servers as the targets of a load balancer."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Received:
    """Holds a request as the target got it. `path` is raw, with the query."""

    method: str
    path: str
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class Reply:
    """Holds the target's answer: `chunks` are sent with chunked encoding, `body` with a length."""

    status: int = 200
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    chunks: list[bytes] | None = None


class Backend:
    """A server on 127.0.0.1 that keeps what it gets, and answers what `reply` says; `/health` what `healthy` says.

    `checks` counts the questions for `/health`.
    """

    def __init__(self, reply: Callable[[Received], Reply] | None = None, port: int = 0) -> None:
        self.reply = reply or (lambda _: Reply(body=str(self.port).encode()))
        self.healthy = True
        self.checks = 0
        self.received: list[Received] = []
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.backend = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """Closes the listener and every connection, as the end of a process does."""
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self._server.connections):
            connection.close_now()
        self._thread.join()


class _Connection:
    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def close_now(self) -> None:
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already


class _Server(ThreadingHTTPServer):
    backend: Backend
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        self.connections: set[_Connection] = set()
        super().__init__(*args)

    def get_request(self) -> Any:
        sock, address = super().get_request()
        self.connections.add(_Connection(sock))
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores the error: the tests kill connections."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        backend = self.server.backend  # type: ignore[attr-defined]
        if self.path == "/health":
            backend.checks += 1
            self._answer(Reply(200 if backend.healthy else 500))
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        received = Received(self.command, self.path, list(self.headers.items()), body)
        backend.received.append(received)
        self._answer(backend.reply(received))

    def _answer(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        names = {name.lower() for name, _ in reply.headers}
        bodyless = reply.status in (204, 304) or reply.chunks is not None
        if not bodyless and "content-length" not in names:
            self.send_header("Content-Length", str(len(reply.body)))
        if reply.chunks is not None:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if self.command != "HEAD":
            self._write(reply)
        self.wfile.flush()

    def _write(self, reply: Reply) -> None:
        if reply.chunks is None:
            self.wfile.write(reply.body)
            return
        for chunk in [*reply.chunks, b""]:
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the overridden name
        """Logs nothing."""


def as_json(received: Received) -> Reply:
    """Answers with the received request."""
    content = {"method": received.method, "path": received.path, "headers": received.headers}
    return Reply(headers=[("Content-Type", "application/json")], body=json.dumps(content).encode())
