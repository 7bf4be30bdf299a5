"""Keeps the demo on this machine. Anyone can compute the demo's keys, so they must not reach a real account."""

import ipaddress
from urllib.parse import urlsplit

from seed.errors import SeedError


class NotLocalError(SeedError):
    """The address is not an address of this machine."""


def require_local(url: str) -> str:
    """Returns `url` if it is an address of this machine. Raises `NotLocalError` for every other address."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or _is_loopback(host):
        return url
    raise NotLocalError(
        f"{url} is not an address of this machine: demo customers and their keys are for a local stack only"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
