"""A client that has closed its side of a connection still gets its answers."""

from typing import Any

from twisted.internet.interfaces import IHalfCloseableProtocol
from zope.interface import classImplements

from localstack_dockerless.http_server.channel import AnsweringChannel
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack's multiplexer of TLS and plain text does not know half-closed connections, and hangs up.",
    source="https://www.rfc-editor.org/rfc/rfc9112#section-9.6",
)


@PATCH.adds("localstack.aws.serving.twisted:TLSMultiplexer.readConnectionLost")
def read_connection_lost(self: Any) -> None:
    channel = getattr(self.wrappedProtocol, "_channel", None)
    if self._isInitialized and isinstance(channel, AnsweringChannel):  # else nothing has arrived yet
        channel.client_is_done()
    else:
        self.transport.loseConnection()


@PATCH.adds("localstack.aws.serving.twisted:TLSMultiplexer.writeConnectionLost")
def write_connection_lost(_self: Any) -> None:
    """Does nothing."""


@PATCH.replaces("localstack.aws.serving.twisted:TLSMultiplexer")
def half_closable(multiplexer: Any) -> Any:
    """Declares the interface, because Twisted asks only a class that declares it."""
    classImplements(multiplexer, IHalfCloseableProtocol)
    return multiplexer
