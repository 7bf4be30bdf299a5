"""Keeps a server for each listener of each internet-facing load balancer, as the API changes them."""

import logging
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import elbv2_backends

from localstack_dockerless.services.elbv2.entrances import tls
from localstack_dockerless.services.elbv2.entrances.addresses import is_address, new_address
from localstack_dockerless.services.elbv2.entrances.server import ListenerServer

LOG = logging.getLogger(__name__)
IDLE_SECONDS = 60.0


@dataclass(frozen=True)
class Entrance:
    """Describes the server of a listener. A change of any field needs another server. `idle` is in seconds."""

    address: str
    port: int
    listener_arn: str
    certificates: tuple[str, ...]
    idle: float


class Entrances:
    """Holds the open servers. It is safe for several threads."""

    def __init__(self) -> None:
        self._open: dict[Entrance, ListenerServer] = {}
        self._failed: set[Entrance] = set()
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Opens and closes servers until there is one for each listener. A port that cannot be opened is logged."""
        with self._lock:
            wanted = set(_wanted())
            for entrance in [each for each in self._open if each not in wanted]:
                self._open.pop(entrance).close()
            self._failed &= wanted
            for entrance in sorted(wanted - set(self._open) - self._failed, key=lambda each: each.port):
                self._try_to_open(entrance)

    def close(self) -> None:
        """Closes all servers, at LocalStack's end."""
        with self._lock:
            for server in self._open.values():
                server.close()
            self._open.clear()

    def _try_to_open(self, entrance: Entrance) -> None:
        try:
            context: ssl.SSLContext | None = tls.context(entrance.certificates) if entrance.certificates else None
            self._open[entrance] = ListenerServer(
                entrance.address, entrance.port, entrance.listener_arn, context, entrance.idle
            )
        except (OSError, tls.CertificateError) as error:
            self._failed.add(entrance)
            LOG.warning(
                "%s is not served at %s:%s (%s). It is served at /_aws/elb/<name>:<port>/",
                entrance.listener_arn, entrance.address, entrance.port, error,
            )  # fmt: skip


def balancers() -> Iterator[Any]:
    """Returns moto's internet-facing load balancers of all accounts and regions."""
    for account in list(elbv2_backends):
        for backend in list(elbv2_backends[account].values()):
            for balancer in list(backend.load_balancers.values()):
                if balancer.scheme == "internet-facing" and balancer.type == "application":
                    yield balancer


def free_address() -> str:
    """Returns an address for another load balancer."""
    return new_address({balancer.dns_name for balancer in balancers()})


def _wanted() -> Iterator[Entrance]:
    for balancer in balancers():
        if is_address(balancer.dns_name):
            idle = float(balancer.attrs.get("idle_timeout.timeout_seconds", IDLE_SECONDS))
            for listener in list(balancer.listeners.values()):
                certificates = tuple(dict.fromkeys(listener.certificates)) if listener.protocol == "HTTPS" else ()
                yield Entrance(balancer.dns_name, int(listener.port), listener.arn, certificates, idle)


entrances = Entrances()
