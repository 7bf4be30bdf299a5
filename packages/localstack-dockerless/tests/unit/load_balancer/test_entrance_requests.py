"""The server of a listener reads targets and bodies, and refuses an ambiguous framing."""

import io
from email.message import Message

import pytest

from localstack_dockerless.services.elbv2.entrances.requests import BadRequestError, body, target


def headers(*pairs: tuple[str, str]) -> Message:
    made = Message()
    for name, value in pairs:
        made[name] = value
    return made


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("/a%2Fb?x=1&y", ("/a%2Fb", "x=1&y")),
        ("http://host:80/a?x=1", ("/a", "x=1")),
        ("http://host", ("/", "")),
        ("//evil/a", ("//evil/a", "")),
        ("*", ("/*", "")),
    ],
)
def test_targets(raw: str, parts: tuple[str, str]) -> None:
    assert target(raw) == parts


def test_bodies() -> None:
    assert body(headers(), io.BytesIO(b"rest")) == b""
    assert body(headers(("Content-Length", "4")), io.BytesIO(b"bodyrest")) == b"body"
    chunked = io.BytesIO(b"3;x=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\nnext")
    assert body(headers(("Transfer-Encoding", "chunked")), chunked) == b"abcde"
    assert chunked.read() == b"next"


@pytest.mark.parametrize(
    ("pairs", "data"),
    [
        ([("Transfer-Encoding", "chunked"), ("Content-Length", "3")], b"3\r\nabc\r\n0\r\n\r\n"),
        ([("Transfer-Encoding", "gzip")], b""),
        ([("Transfer-Encoding", "chunked")], b"xyz\r\n"),
        ([("Transfer-Encoding", "chunked")], b"5\r\nabc"),
        ([("Content-Length", "1"), ("Content-Length", "2")], b"ab"),
        ([("Content-Length", "-1")], b""),
        ([("Content-Length", "4")], b"abc"),
    ],
)
def test_an_ambiguous_or_short_body_is_refused(pairs: list[tuple[str, str]], data: bytes) -> None:
    with pytest.raises(BadRequestError):
        body(headers(*pairs), io.BytesIO(data))
