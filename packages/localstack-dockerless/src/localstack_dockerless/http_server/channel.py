"""Serves one client's connection: it reads whole heads, and answers where Twisted would only hang up.

Each answer of its own is JSON in API Gateway's form, `{"message": ...}`. It is the last answer on the connection. The
server then stops writing and reads on for a while. Closing a connection with unread bytes would reset it, and the
client might lose the answer (RFC 9112, section 9.6).
"""

import logging
from collections.abc import Callable
from typing import Any, override

from rolo.serving.twisted import HeaderPreservingHTTPChannel
from twisted.internet import threads

from localstack_dockerless.http_server import head as heads
from localstack_dockerless.http_server.head import Head, Refusal

LOG = logging.getLogger(__name__)

_MOST_READ = 1_048_576  # bytes of a head that is too large; the Host header may follow the line that is too long
_REST_SECONDS = 1.0  # the wait for the rest of a head that is too large
_LINGER_SECONDS = 5.0  # the client may still send for this time after its answer
_LONGEST = 65_536  # replaces Twisted's own limits

Answer = Callable[[Head, Refusal, str], list[tuple[str, str]]]
"""Takes a refused head, the refusal and the client's address. Returns further headers of the answer."""

Judge = Callable[[Head], Refusal | None]
"""Returns the refusal of a well-formed head, by its method, host or target. None: it is not refused."""


class AnsweringChannel(HeaderPreservingHTTPChannel):  # type: ignore[misc]  # untyped here
    """Serves one connection. Twisted calls its methods in the reactor's thread alone."""

    MAX_LENGTH = totalHeadersSize = _LONGEST  # noqa: N815 -- Twisted's names
    maxHeaders = heads.MOST_HEADERS + 1  # noqa: N815

    judge: Judge = staticmethod(lambda _head: None)
    note: Answer = staticmethod(lambda _head, _refusal, _client: [])

    def __init__(self) -> None:
        super().__init__()
        self._arrived = b""  # of the next head
        self._head = b""  # of the current request
        self._waiting: Any = None  # the timer for the rest of a head that will be refused
        self._refused = False
        self._client_is_done = False
        self._lost = False

    @override
    def dataReceived(self, data: bytes) -> None:
        if self._refused:
            return
        if not self.line_mode:
            super().dataReceived(data)
            return
        self.resetTimeout()
        self._arrived = (self._arrived + data).lstrip(b"\r\n")
        self._read_head()

    def _read_head(self) -> None:
        found = heads.END.search(self._arrived)
        if found is None:
            self._look_at_beginning()
            return
        self._head, rest = self._arrived[: found.start()], self._arrived[found.end() :]
        self._arrived = b""
        refusal = heads.refusal(self._head) or self.judge(heads.sketch(self._head))
        if refusal is not None:
            self._refuse(refusal)
            return
        super().dataReceived(heads.normalized(self._head) + b"\r\n\r\n" + rest)

    def _look_at_beginning(self) -> None:
        refusal = heads.refusal_of_beginning(self._arrived)
        if refusal is None or self._waiting is not None:
            if len(self._arrived) > _MOST_READ:
                self._refuse_beginning(heads.refusal_of_beginning(self._arrived) or heads.HEADERS_TOO_LARGE)
            return
        self._waiting = self.callLater(_REST_SECONDS, self._refuse_beginning, refusal)

    def _refuse_beginning(self, refusal: Refusal) -> None:
        self._head, self._arrived = self._arrived, b""
        self._refuse(refusal)

    @override
    def _respondToBadRequestAndDisconnect(self) -> None:
        """Answers a request that Twisted itself refuses: its body is not chunked correctly."""
        self._refuse(heads.BAD_REQUEST)

    @override
    def timeoutConnection(self) -> None:
        """Answers a request that stays incomplete. Closes an idle connection."""
        if self._incomplete:
            self._refuse_rest(heads.TIMED_OUT)
        else:
            super().timeoutConnection()

    def client_is_done(self) -> None:
        """Notes that the client sends no more. It may still read."""
        self._client_is_done = True
        self._end_if_done()

    @override
    def requestDone(self, request: Any) -> None:
        super().requestDone(request)
        self._end_if_done()

    @override
    def connectionLost(self, reason: Any) -> None:
        self._lost = True
        self._stop_waiting()
        super().connectionLost(reason)

    @property
    def _incomplete(self) -> bool:
        """Tells whether a part of a request has arrived, and not the whole request."""
        return not self._handlingRequest and (bool(self._arrived) or not self.line_mode)

    def _end_if_done(self) -> None:
        if not self._client_is_done or self._handlingRequest or self._refused:
            return
        if self._incomplete:
            self._refuse_rest(heads.BAD_REQUEST)
        else:
            self.loseConnection()

    def _refuse_rest(self, refusal: Refusal) -> None:
        if self._arrived:
            self._refuse_beginning(heads.refusal_of_beginning(self._arrived) or refusal)
        else:
            self._refuse(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        if self._refused:
            return
        self._refused = True
        self._stop_waiting()
        self.setTimeout(None)
        head, client = heads.sketch(self._head), self.transport.getPeer().host
        # A thread of its own: writing the access log must not delay every connection.
        answered = threads.deferToThread(self.note, head, refusal, client)
        answered.addErrback(self._not_noted)
        answered.addCallback(lambda headers: self._answer(head, refusal, headers))

    def _not_noted(self, failure: Any) -> list[tuple[str, str]]:
        LOG.error("A refused request was not noted: %s", failure.getTraceback())
        return []

    def _answer(self, head: Head, refusal: Refusal, headers: list[tuple[str, str]]) -> None:
        if self._lost:
            return
        self.transport.write(answer(head, refusal, headers))
        self._networkProducer.unregisterProducer()
        self._networkProducer.resumeProducing()
        if self.isSecure() or self._client_is_done:
            self.transport.loseConnection()
        else:
            self.transport.loseWriteConnection()
            self._waiting = self.callLater(_LINGER_SECONDS, self.transport.abortConnection)

    def _stop_waiting(self) -> None:
        if self._waiting is not None and self._waiting.active():
            self._waiting.cancel()
        self._waiting = None


def body_of(refusal: Refusal) -> bytes:
    return b'{"message":"%s"}' % refusal.message.encode()


def answer_headers(refusal: Refusal, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Returns the headers of the answer, `headers` included."""
    return [("Content-Type", "application/json"), ("Content-Length", str(len(body_of(refusal)))), *headers]


def answer(head: Head, refusal: Refusal, headers: list[tuple[str, str]]) -> bytes:
    """Returns the bytes of the answer. An answer to HEAD has no body (RFC 9110, section 9.3.2)."""
    lines = [f"HTTP/1.1 {refusal.status} {refusal.message}"]
    lines += [f"{name}: {value}" for name, value in answer_headers(refusal, headers)]
    lines += ["Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + (b"" if head.method == "HEAD" else body_of(refusal))
