"""Which ports are taken; the standard library alone, as `make doctor` needs it."""

import socket


def taken_ports(ports: list[int]) -> list[int]:
    """Those of `ports` on which something listens already."""
    taken = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.append(port)
    return taken
