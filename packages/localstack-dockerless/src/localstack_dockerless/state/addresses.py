"""Knows the ports that texts of the state name."""

from collections.abc import Callable

from localstack import config

GATEWAY = "gateway"

_ports: dict[str, Callable[[], int | None]] = {GATEWAY: lambda: config.GATEWAY_LISTEN[0].port}


def declare(purpose: str, port: Callable[[], int | None]) -> None:
    """Declares a port that texts of the state name. None: there is no such port."""
    _ports[purpose] = port


def ports() -> dict[str, int]:
    """Returns LocalStack's own port and the declared ports, by their purpose."""
    return {purpose: found for purpose, port in _ports.items() if (found := port()) is not None}


def gateway() -> int:
    return ports()[GATEWAY]
