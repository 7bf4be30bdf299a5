"""Sends bytes as they are, which no client library would, and reads the answers apart."""

import re
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came; `headers` under lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(url: str, sent: bytes, *, finish: bool = False, timeout: float = 30) -> list[RawAnswer]:
    """All answers to `sent` until the server closes; with `finish` the client says that it has no more to send."""
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
    """The answers in `received`; those to HEAD must be the last, as they look longer than they are."""
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
    """A request to `path` below `url`, after which the server closes; `lines` stand behind `Host`."""
    address: Any = urlsplit(url)
    text = [f"{method} {address.path}{path} HTTP/1.1", f"Host: {host or address.netloc}", "Connection: close", *lines]
    return ("\r\n".join(text) + f"\r\n\r\n{body}").encode("latin-1")
