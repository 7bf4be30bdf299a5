"""Tells which addresses are on this machine. The data plane calls no other address."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Tells whether the host name or address is of this machine alone (RFC 6761, section 6.3, for `localhost`)."""
    name = (host or "").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
