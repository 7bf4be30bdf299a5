"""LocalStack listens on the addresses of `GATEWAY_LISTEN`, and on no others.

4.14.0 takes only the port from there and listens on every interface of the machine. Whoever can reach it can create
a function, and functions run as processes of this machine here, not in containers.
"""

from functools import partial
from types import SimpleNamespace
from typing import Any

from localstack.runtime.server import twisted as server
from localstack.utils.patch import patch


def bind_to_the_given_addresses() -> None:
    """Called at LocalStack's start, before its server listens. Raises `AttributeError` on another LocalStack."""
    endpoints = server.endpoints

    @patch(server.TwistedRuntimeServer.register)
    def register(listen_on: Any, self: Any, gateway: Any, listen: list[Any], *arguments: Any) -> None:
        for address in listen:
            server.endpoints = SimpleNamespace(
                TCP4ServerEndpoint=partial(endpoints.TCP4ServerEndpoint, interface=address.host),
                TCP6ServerEndpoint=endpoints.TCP6ServerEndpoint,
            )
            listen_on(self, gateway, [address], *arguments)


def leave_forms_unread() -> None:
    """Called at LocalStack's start. Twisted reads a posted form before anybody sees the request, and answers 400
    without a body where it cannot; whether a body is one, and a good one, is for the API to say.

    Raises `AttributeError` on another Twisted.
    """

    @patch(server.TwistedGateway.__init__)
    def init(make: Any, self: Any, *arguments: Any) -> None:
        make(self, *arguments)
        switch = "_parsePOSTFormSubmission"
        getattr(self, switch)
        setattr(self, switch, False)


def leave_requests_unlogged() -> None:
    """Called at LocalStack's start. Twisted makes a line of an access log for each request, a twentieth of its time,
    and LocalStack, which has a log of its own, shows it nowhere.

    Raises `AttributeError` on another Twisted.
    """
    assert callable(server.TwistedGateway.log)  # noqa: S101 -- what is replaced is there
    server.TwistedGateway.log = lambda _site, _request: None
