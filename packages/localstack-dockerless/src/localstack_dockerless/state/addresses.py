"""The ports that a state knows."""

from collections.abc import Callable

from localstack import config

GATEWAY = "gateway"

_ports: dict[str, Callable[[], int | None]] = {GATEWAY: lambda: config.GATEWAY_LISTEN[0].port}


def declare(purpose: str, port: Callable[[], int | None]) -> None:
    """Name a port that texts of the state hold. None: there is none."""
    _ports[purpose] = port


def ports() -> dict[str, int]:
    """By their purpose: LocalStack's own, and those that were declared."""
    return {purpose: found for purpose, port in _ports.items() if (found := port()) is not None}


def gateway() -> int:
    return ports()[GATEWAY]
