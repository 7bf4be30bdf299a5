"""Finds taken ports. It needs only the standard library, because `make doctor` uses it."""

import socket


def taken_ports(ports: list[int]) -> list[int]:
    """Returns the ports among `ports` on which a program already listens."""
    taken = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.append(port)
    return taken
