"""Judges the head of an HTTP/1 request, before Twisted reads it.

Sources: RFC 9112 (HTTP/1.1 messages: sections 2.2, 2.3, 3, 3.2, 5 and 6), RFC 9110 (HTTP semantics: sections 5.5,
7.2, 7.8, 9.1, 10.1.1 and 15.5) and RFC 6585, section 5.

Twisted answers some malformed heads with 400 without a body, or closes the connection. It accepts other malformed
heads, which make LocalStack fail. So this module judges the whole head, and only good heads reach Twisted.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

LONGEST_HEAD = 16_384
"""The bytes of the request line and all header lines. It is Twisted's own limit."""

MOST_HEADERS = 500
"""The number of headers. It is Twisted's own limit."""

END = re.compile(rb"\r?\n\r?\n")
"""Matches the end of a head. It also matches bare line feeds, so that a head with them can be refused."""

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([\x21-\x7e]+) (HTTP/1[.][01])")
_HEADER = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]+)(:[0-9]*)?")
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_NUMBER = 18  # digits; Python itself refuses to read more than 4,300

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Head:
    """Holds a request line and headers as text, one character for each byte. `target` is as the client sent it."""

    method: str
    target: str
    protocol: str
    headers: Headers

    def values(self, name: str) -> list[str]:
        """Returns the values of the header `name`, one for each line."""
        return self._values.get(name, [])

    @cached_property
    def _values(self) -> dict[str, list[str]]:
        found = defaultdict[str, list[str]](list)
        for key, value in self.headers:
            found[key.lower()].append(value)
        return found

    @property
    def host(self) -> str:
        """Returns the requested host: the host of an absolute target, else the value of the Host header."""
        if _ABSOLUTE.match(self.target):
            return re.split("[/?]", self.target.partition("://")[2], maxsplit=1)[0].lower()
        return ",".join(self.values("host")).lower()

    @property
    def path_and_query(self) -> str:
        """Returns the target in origin form: a path, with the query if there is one."""
        if not _ABSOLUTE.match(self.target):
            return self.target
        rest = self.target.partition("://")[2]
        start = re.search(r"[/?]", rest)
        below = rest[start.start() :] if start else ""
        return below if below.startswith("/") else f"/{below}"


@dataclass(frozen=True)
class Refusal:
    """Describes an answer that the server gives by itself."""

    status: int
    message: str


BAD_REQUEST = Refusal(400, "Bad Request")
TIMED_OUT = Refusal(408, "Request Timeout")
BODY_TOO_LARGE = Refusal(413, "Request Entity Too Large")
LINE_TOO_LONG = Refusal(414, HTTPStatus.REQUEST_URI_TOO_LONG.phrase)
EXPECTATION_FAILED = Refusal(417, "Expectation Failed")
HEADERS_TOO_LARGE = Refusal(431, "Request Header Fields Too Large")


@lru_cache(maxsize=8)
def sketch(data: bytes) -> Head:
    """Reads as much as possible of a head that may be broken or incomplete.

    Three steps need the same head one after the other. A cache keeps the latest heads, so that each is read once.
    """
    first, *lines = re.split(r"\r?\n", data.decode("latin-1"))
    method, _, rest = first.partition(" ")
    target, _, protocol = rest.rpartition(" ") if re.search(r" HTTP/\S*$", rest) else (rest, "", "")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return Head(method, target, protocol, tuple((name.strip(), value.strip()) for name, _, value in pairs))


def refusal_of_beginning(data: bytes) -> Refusal | None:
    """Returns why an incomplete head will be refused whatever follows. None: it may still become a good head."""
    line, ended, _ = data.partition(b"\n")
    if len(line) > LONGEST_HEAD + 1:
        return LINE_TOO_LONG
    if ended and not _REQUEST_LINE.fullmatch(line.removesuffix(b"\r")):
        return BAD_REQUEST
    return HEADERS_TOO_LARGE if len(data) > 2 * LONGEST_HEAD else None


def refusal(data: bytes) -> Refusal | None:
    """Returns why the head `data`, without the empty line at its end, is refused. None: it is good."""
    lines = data.split(b"\r\n")
    if len(lines[0]) > LONGEST_HEAD:
        return LINE_TOO_LONG
    if sum(map(len, lines)) > LONGEST_HEAD or len(lines) > MOST_HEADERS:
        return HEADERS_TOO_LARGE
    if not _REQUEST_LINE.fullmatch(lines[0]) or not all(map(_HEADER.fullmatch, lines[1:])):
        return BAD_REQUEST
    head = sketch(data)
    if not _target_is_good(head.target) or not _host_is_good(head):
        return BAD_REQUEST
    return _refusal_of_framing(head)


def normalized(data: bytes) -> bytes:
    """Returns a good head as Twisted gets it: its target in origin form, and one host in lower case.

    RFC 9112, section 3.2.2: the host of an absolute target replaces the header. RFC 9110, section 4.2.3: host names
    ignore case.
    """
    head = sketch(data)
    first = f"{head.method} {head.path_and_query} {head.protocol}"
    others = [line for line in data.split(b"\r\n")[1:] if line.partition(b":")[0].lower() != b"host"]
    host = [b"Host: " + head.host.encode("latin-1")] if head.host else []
    return b"\r\n".join([first.encode("latin-1"), *host, *others])


def _target_is_good(target: str) -> bool:
    """Tells whether the target is a path or an absolute URL.

    Targets of tunnels (CONNECT) and of the server (`*`) are not served.
    """
    if target.startswith("/"):
        return True
    if not _ABSOLUTE.match(target):
        return False
    try:
        address = urlsplit(target)
    except ValueError:
        return False
    return bool(_HOST.fullmatch(address.netloc))


def _host_is_good(head: Head) -> bool:
    hosts = head.values("host")
    if len(hosts) > 1 or (not hosts and head.protocol != "HTTP/1.0"):
        return False
    return all(_HOST.fullmatch(host) for host in hosts)


def _refusal_of_framing(head: Head) -> Refusal | None:
    """Refuses a body without one length that both sides read alike: a number, or chunks (RFC 9112, section 6)."""
    lengths, codings = head.values("content-length"), head.values("transfer-encoding")
    if len(lengths) + len(codings) > 1:
        return BAD_REQUEST
    if codings and (codings[0].lower() != "chunked" or head.protocol == "HTTP/1.0"):
        return BAD_REQUEST
    if lengths and not re.fullmatch("[0-9]+", lengths[0]):
        return BAD_REQUEST
    if lengths and len(lengths[0]) > _LONGEST_NUMBER:
        return BODY_TOO_LARGE
    expected = [value.lower() for value in head.values("expect")]
    if head.protocol == "HTTP/1.1" and any(value != "100-continue" for value in expected):
        return EXPECTATION_FAILED
    return None
