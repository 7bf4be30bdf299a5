"""Reads a request's target and body from a connection."""

from collections.abc import Callable
from email.message import Message
from typing import BinaryIO
from urllib.parse import urlsplit

LONGEST_LINE = 65536


class BadRequestError(Exception):
    """The request is no valid HTTP. The connection is closed after a 400."""


def target(raw: str) -> tuple[str, str]:
    """Returns the raw path and the raw query of a request's target, also of a target with a host."""
    if not raw.startswith("/"):
        parts = urlsplit(raw)
        raw = (parts.path or "/") + (f"?{parts.query}" if parts.query else "") if parts.scheme else f"/{raw}"
    path, _, query = raw.partition("?")
    return path, query


def body(headers: Message, stream: BinaryIO) -> bytes:
    """Returns the whole body. Raises `BadRequestError` for a framing that two readers could understand differently."""
    encoding = (headers.get("Transfer-Encoding") or "").lower()
    lengths = set(headers.get_all("Content-Length") or [])
    if encoding:
        if encoding != "chunked" or lengths:
            raise BadRequestError("Transfer-Encoding other than chunked, or with a Content-Length")
        return b"".join(iter(_next_chunk(stream), b""))
    if len(lengths) > 1 or any(not length.isdecimal() for length in lengths):
        raise BadRequestError("Content-Length is no number, or has several values")
    return _exactly(stream, int(lengths.pop())) if lengths else b""


def _next_chunk(stream: BinaryIO) -> Callable[[], bytes]:
    def read() -> bytes:
        size_line = stream.readline(LONGEST_LINE).split(b";")[0].strip()
        try:
            size = int(size_line, 16)
        except ValueError as error:
            raise BadRequestError("a chunk has no size") from error
        chunk = _exactly(stream, size) if size > 0 else b""
        _end_of_chunk(stream, last=size <= 0)
        return chunk

    return read


def _end_of_chunk(stream: BinaryIO, *, last: bool) -> None:
    """Reads the line end after a chunk, and after the last one the trailers, which are dropped."""
    while True:
        line = stream.readline(LONGEST_LINE).strip()
        if not line or not last:
            return


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise BadRequestError("the body ended early")
    return data
