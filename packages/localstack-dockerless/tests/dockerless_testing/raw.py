"""Sends unchanged bytes, which no client library would do, and parses the answers."""

import random
import re
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class RawAnswer:
    """Holds an answer as it came. `headers` has lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(url: str, sent: bytes, *, finish: bool = False, timeout: float = 150) -> list[RawAnswer]:
    """Returns all answers to `sent` until the server closes. With `finish` the client closes its side."""
    address = urlsplit(url)
    received = b""
    with socket.create_connection((address.hostname or "", address.port or 80), timeout=timeout) as connection:
        connection.sendall(sent)
        if finish:
            connection.shutdown(socket.SHUT_WR)
        while chunk := connection.recv(65536):
            received += chunk
    return answers(received)


def answers(received: bytes) -> list[RawAnswer]:
    """Parses the answers in `received`. An answer to HEAD must be the last: its length has no body."""
    found = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        matched = re.fullmatch(r"HTTP/1[.][01] (\d{3}) ?.*", first)
        assert matched, received
        if matched[1] == "100":
            continue
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        found.append(RawAnswer(int(matched[1]), headers, received[:length]))
        received = received[length:]
    return found


def request(url: str, path: str = "", *lines: str, method: str = "GET", body: str = "", host: str = "") -> bytes:
    """Sends a request to `path` below `url`, after which the server closes. `lines` follow `Host`."""
    address: Any = urlsplit(url)
    text = [f"{method} {address.path}{path} HTTP/1.1", f"Host: {host or address.netloc}", "Connection: close", *lines]
    return ("\r\n".join(text) + f"\r\n\r\n{body}").encode("latin-1")


def damaged(rng: random.Random, url: str) -> bytes:
    """Returns a good request with up to 3 bytes after the address `url` replaced, doubled, dropped or added."""
    base = urlsplit(url).path
    body = rng.choice(["", "abc", '{"a": 1}'])
    framing = rng.choice([f"Content-Length: {len(body)}", "Transfer-Encoding: chunked"])
    content = (
        body if framing.startswith("Content") else f"{len(body):x}\r\n{body}\r\n0\r\n\r\n" if body else "0\r\n\r\n"
    )
    target = rng.choice(["/x?a=b", "/pets/6?q=%C3%A9", "/x"])
    lines = [framing, "x-a: b", "Accept: */*"]
    sent = bytearray(request(url, target, *lines, method=rng.choice(["GET", "POST"]), body=content))
    start = sent.index(base.encode()) + len(base) + 1
    for _ in range(rng.randrange(4)):
        place = rng.randrange(start, len(sent))
        kind = rng.randrange(4)
        if kind == 0:
            sent[place] = rng.randrange(256)
        elif kind == 1:
            sent[place:place] = bytes([rng.randrange(256)]) * rng.choice([1, 1, 2, 20_000])
        elif kind == 2:
            del sent[place]
        else:
            sent[place:place] = rng.choice(
                [b"\r\n", b"\n", b"\r", b"\x00", b"%", b"%ff", b"\xc0\xae", b": ", b" ", b"\t"]
            )
    return bytes(sent)
