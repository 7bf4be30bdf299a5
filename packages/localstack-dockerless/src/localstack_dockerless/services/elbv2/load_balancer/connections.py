"""Keeps a pool of HTTP/1.1 connections to targets, and sends paths and headers unchanged.

It uses http.client, which changes nothing by itself: no redirects, no cookies, no decoding, no normalised paths, no
added headers.
"""

import http.client
import select
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import Headers
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

CONNECT_TIMEOUT = 10.0
"""Seconds; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html"""

_IDLE_SECONDS = 3.0  # below the 5 s after which common Python servers close an idle connection
_CHUNK = 256 * 1024


class TargetRefusedError(Exception):
    """No connection could be made, so nothing was sent. Another target may be tried."""


class TargetFailedError(Exception):
    """The connection broke, or the answer was no HTTP, after some bytes had been sent."""


class TargetTimeoutError(Exception):
    """The target did not answer in time."""


@dataclass(frozen=True)
class Answer:
    """Holds a target's answer. `body` is as on the wire, without chunking."""

    status: int
    reason: str
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Outgoing:
    """Holds a request to a target. `url` is the raw path with the raw query."""

    method: str
    url: str
    headers: Headers
    body: bytes


class ConnectionPool:
    """Holds idle connections by target. It is safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._idle: dict[Address, deque[tuple[float, http.client.HTTPConnection]]] = defaultdict(deque)
        self._lock = threading.Lock()

    def send(self, address: Address, request: Outgoing, deadline: float) -> Answer:
        """Sends `request` to `address` and reads the whole answer before `deadline` (monotonic seconds).

        Raises
        ------
        TargetRefusedError, TargetFailedError, TargetTimeoutError
        """
        connection = self._take(address) or self._connect(address, deadline)
        try:
            answer, reusable = self._exchange(connection, request, deadline)
        except TimeoutError as error:
            connection.close()
            raise TargetTimeoutError(f"{address.host}:{address.port} did not answer in time") from error
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise TargetFailedError(f"{address.host}:{address.port} failed: {error!r}") from error
        if reusable:
            self._give_back(address, connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Closes every idle connection."""
        with self._lock:
            for idle in self._idle.values():
                for _, connection in idle:
                    connection.close()
            self._idle.clear()

    def _connect(self, address: Address, deadline: float) -> http.client.HTTPConnection:
        timeout = max(min(CONNECT_TIMEOUT, deadline - self._clock()), 0.001)
        connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout)
        try:
            connection.connect()
        except TimeoutError as error:
            raise TargetTimeoutError(f"{address.host}:{address.port} did not accept a connection in time") from error
        except OSError as error:
            raise TargetRefusedError(f"{address.host}:{address.port} refused the connection: {error}") from error
        return connection

    def _exchange(
        self, connection: http.client.HTTPConnection, request: Outgoing, deadline: float
    ) -> tuple[Answer, bool]:
        self._limit(connection, deadline)
        connection.putrequest(request.method, request.url, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            connection.putheader(name, _header_bytes(value))
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        body = bytearray()
        while True:
            if connection.sock is not None:
                self._limit(connection, deadline)
            chunk = response.read(_CHUNK)
            if not chunk:
                break
            body += chunk
        if response.length:  # http.client counts down and does not complain when it reads in pieces
            raise http.client.IncompleteRead(bytes(body), response.length)
        headers = list(response.headers.items())
        return Answer(response.status, response.reason, headers, bytes(body)), not response.will_close

    def _limit(self, connection: http.client.HTTPConnection, deadline: float) -> None:
        remaining = deadline - self._clock()
        if remaining <= 0:
            raise TimeoutError
        connection.sock.settimeout(remaining)

    def _take(self, address: Address) -> http.client.HTTPConnection | None:
        with self._lock:
            idle = self._idle.get(address)
            while idle:
                since, connection = idle.pop()
                if self._clock() - since < _IDLE_SECONDS and _is_open(connection):
                    return connection
                connection.close()
        return None

    def _give_back(self, address: Address, connection: http.client.HTTPConnection) -> None:
        with self._lock:
            self._idle[address].append((self._clock(), connection))


def _header_bytes(value: str) -> bytes:
    """Returns a header value's bytes. A received value is Latin-1. A value of a mapping may hold any character."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


def _is_open(connection: http.client.HTTPConnection) -> bool:
    """Tells whether the target has neither closed an idle connection nor sent unexpected bytes."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)
