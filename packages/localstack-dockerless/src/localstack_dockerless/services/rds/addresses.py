"""Chooses the address of an instance's own server: a loopback address of this machine, at the requested port.

All of 127.0.0.0/8 is the loopback network and needs no set-up on Linux (RFC 1122, 3.2.1.3). So two instances can both
have port 5432, as on AWS.
"""

import hashlib
import socket
from collections.abc import Iterator

from localstack_dockerless.services.rds.postgres import NotPossibleError

DEFAULT_PORT = 5432
_TRIES = 20


def free_address(key: str, port: int) -> str:
    """Returns the same address for the same `key` while it is free. Raises `NotPossibleError` with the port."""
    for address in (*_candidates(key), "127.0.0.1"):
        if _is_free(address, port):
            return address
    raise NotPossibleError(f"port {port} is taken on every address of this machine that was tried")


def _candidates(key: str) -> Iterator[str]:
    for attempt in range(_TRIES):
        second, third, fourth, *_ = hashlib.sha256(f"{key} {attempt}".encode()).digest()
        yield f"127.{1 + second % 254}.{third}.{1 + fourth % 254}"


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
