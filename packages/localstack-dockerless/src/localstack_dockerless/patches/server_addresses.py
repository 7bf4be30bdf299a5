"""LocalStack listens on the addresses of `GATEWAY_LISTEN`, and on no other address.

A client of LocalStack can create a function, and functions run as processes of this machine, not in containers.
"""

from types import SimpleNamespace
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack takes only the port from `GATEWAY_LISTEN` and listens on every interface of the machine.",
    source="https://docs.localstack.cloud/aws/capabilities/config/configuration/",
)
_listening = SimpleNamespace(host="")
"""Holds the host for which `register` makes an endpoint now."""


@PATCH.replaces("localstack.runtime.server.twisted:endpoints")
def endpoints(original: Any) -> Any:
    """Gives the IPv4 endpoints the host as their interface. The IPv6 endpoints have it already."""

    def tcp4(reactor: Any, port: int) -> Any:
        return original.TCP4ServerEndpoint(reactor, port, interface=_listening.host)

    return SimpleNamespace(TCP4ServerEndpoint=tcp4, TCP6ServerEndpoint=original.TCP6ServerEndpoint)


@PATCH.wraps("localstack.runtime.server.twisted:TwistedRuntimeServer.register")
def register(original: Any, self: Any, gateway: Any, listen: list[Any], *arguments: Any) -> None:
    for address in listen:
        _listening.host = address.host
        original(self, gateway, [address], *arguments)
