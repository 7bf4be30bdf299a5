"""Puts the server's parts in place of Twisted's and rolo's, at LocalStack's start and before it listens.

Each raises `AttributeError` on another LocalStack.
"""

from typing import Any

from localstack.aws.serving.twisted import TLSMultiplexer
from localstack.utils.patch import patch
from rolo.serving import twisted as serving
from twisted.internet import threads
from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import classImplements

from localstack_dockerless.http_server import head as heads
from localstack_dockerless.http_server.channel import Answer, AnsweringChannel, Judge, answer_headers, body_of


def answer_every_request(judge: Judge, note: Answer) -> None:
    """Serve by `AnsweringChannel`, with what the HTTP APIs say of a request (see there)."""
    AnsweringChannel.judge, AnsweringChannel.note = staticmethod(judge), staticmethod(note)
    assert callable(serving.HeaderPreservingHTTPChannel.protocol_factory)  # noqa: S101 -- what is replaced is there
    serving.HeaderPreservingHTTPChannel.protocol_factory = staticmethod(
        lambda: serving.PriorKnowledgeHTTPChannelProtocol(AnsweringChannel())
    )
    _ignore_upgrades()
    _let_clients_finish()
    _judge_http_2()


def _ignore_upgrades() -> None:
    """A request with `Upgrade` is served as one without it, which RFC 9110, section 7.8, allows a server to do.

    AWS's services do so too; the only WebSocket of LocalStack is that of WebSocket APIs, which it does not have.
    """

    @patch(serving.WebsocketResourceDecorator.render)
    def render(_with_websockets: Any, self: Any, request: Any) -> Any:
        return self.original.render(request)


def _let_clients_finish() -> None:
    """A client that has closed its side of a connection still gets its answers (RFC 9112, section 9.6)."""

    def read_connection_lost(self: Any) -> None:
        channel = getattr(self.wrappedProtocol, "_channel", None)
        if self._isInitialized and isinstance(channel, AnsweringChannel):  # else nothing has arrived yet
            channel.client_is_done()
        else:
            self.transport.loseConnection()

    TLSMultiplexer.readConnectionLost = read_connection_lost
    TLSMultiplexer.writeConnectionLost = lambda _self: None
    classImplements(TLSMultiplexer, IHalfCloseableProtocol)


def _judge_http_2() -> None:
    """HTTP/2 has its own framing, and can carry the same odd bytes in a path or a header."""

    @patch(serving.TwistedRequestAdapter.requestReceived)
    def request_received(receive: Any, self: Any, method: bytes, target: bytes, protocol: bytes) -> None:
        if protocol != b"HTTP/2":
            receive(self, method, target, protocol)
            return
        fields = [(name, value) for name, value in serving.to_flat_header_list(self.requestHeaders) if name[:1] != b":"]
        lines = [b"%s %s HTTP/1.1" % (method, target), *(name + b": " + value for name, value in fields)]
        data = b"\r\n".join(lines)
        head = heads.sketch(data)
        refusal = heads.refusal(data) or AnsweringChannel.judge(head)
        if refusal is None:
            receive(self, method, target, protocol)
            return

        def answer(headers: Any) -> None:
            self.setResponseCode(refusal.status)
            for name, value in answer_headers(refusal, headers):
                self.responseHeaders.addRawHeader(name, value)
            self.write(body_of(refusal))
            self.finish()

        noted = threads.deferToThread(AnsweringChannel.note, head, refusal, self.getClientAddress().host)
        noted.addCallbacks(answer, lambda _failure: answer([]))
