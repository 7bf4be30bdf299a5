"""Serves the Lambda Runtime API of one execution environment, on a port of its own.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

There is no server thread. The thread that waits for the function (`Sandbox`) has these sockets in its selector and
reads them. So an invocation needs no hand-over between threads.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

PREFIX = "/2018-06-01/runtime"
MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html


@dataclass(frozen=True)
class Request:
    """Holds one request of the runtime. Header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class RequestParser:
    """Divides the bytes of one connection into requests (RFC 9112, with Content-Length or chunked bodies)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next_request(self) -> Request | None:
        """Returns the next whole request. None: bytes are missing. Raises `ValueError` for an invalid request."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        request_line, *header_lines = self._buffer[:end].decode("latin-1").split("\r\n")
        method, path, _ = request_line.split(" ", 2)
        headers = {}
        for line in header_lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self._body(end + 4, headers)
        return None if body is None else Request(method, path, headers, body)

    def wants_continue(self) -> bool:
        """Tells whether the client waits for `100 Continue` before it sends a large body."""
        end = self._buffer.find(b"\r\n\r\n")
        return end == len(self._buffer) - 4 and b"expect: 100-continue" in self._buffer.lower()

    def _body(self, start: int, headers: Mapping[str, str]) -> bytes | None:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunked_body(start)
        stop = start + int(headers.get("content-length", "0"))
        if len(self._buffer) < stop:
            return None
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        return body

    def _chunked_body(self, position: int) -> bytes | None:
        body = bytearray()
        while True:
            line_end = self._buffer.find(b"\r\n", position)
            if line_end < 0:
                return None
            size = int(self._buffer[position:line_end].split(b";")[0], 16)
            chunk_end = line_end + 2 + size + 2
            if len(self._buffer) < chunk_end:
                return None
            body += self._buffer[line_end + 2 : chunk_end - 2]
            position = chunk_end
            if size == 0:
                del self._buffer[:position]
                return bytes(body)


class Connection:
    """Holds a kept-alive connection of the runtime."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        # Without this each answer waits for the client's delayed acknowledgement: 40 ms more for every invocation.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._parser = RequestParser()

    def receive(self) -> list[Request] | None:
        """Returns the requests that have arrived. None: the peer has closed."""
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionError:
            return None
        if not data:
            return None
        self._parser.feed(data)
        requests = []
        while request := self._parser.next_request():
            requests.append(request)
        if self._parser.wants_continue():
            self.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        return requests

    def answer(self, status: HTTPStatus, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """Sends an answer. Raises `OSError` if the runtime has ended."""
        lines = [f"HTTP/1.1 {status.value} {status.phrase}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("utf-8") + body)

    def close(self) -> None:
        self.socket.close()


def listen() -> socket.socket:
    """Returns a listening socket on a free port of the loopback address."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    return sock
