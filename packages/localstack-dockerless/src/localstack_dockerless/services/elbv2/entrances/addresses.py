"""Chooses the address of an internet-facing load balancer: a loopback address of its own, which is its DNS name.

All of 127.0.0.0/8 is the loopback network and needs no set-up on Linux (RFC 1122, 3.2.1.3). So several load balancers
have listeners on the same ports, and a name that resolves without DNS.
"""

import secrets
from collections.abc import Collection
from ipaddress import ip_address


def new_address(taken: Collection[str]) -> str:
    """Returns a random loopback address that is not in `taken`. Another LocalStack of this machine has others."""
    while True:
        second, third, fourth = 1 + secrets.randbelow(254), secrets.randbelow(256), 1 + secrets.randbelow(254)
        address = f"127.{second}.{third}.{fourth}"
        if address not in taken:
            return address


def is_address(name: str) -> bool:
    """Tells whether the DNS name of a load balancer is an address of this module."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
