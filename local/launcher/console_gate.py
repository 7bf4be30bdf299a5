"""Listens on the console's port, and starts the console when somebody opens it.

The console takes 100 MiB, and this program takes 10 MiB. The console gets the listening socket, so the request that
started it is answered too. It ends after some idle minutes, and this program waits for the next request.

It runs as a script with the standard library alone: `console_gate.py ADDRESS PORT COMMAND...`. The command gets the
socket as `--fd`.
"""

import os
import select
import signal
import socket
import sys
import time
from types import FrameType

PAUSE_SECONDS = 2.0
"""After a console that failed. A waiting browser gets its connection closed, and does not start it again and again."""


def main(arguments: list[str]) -> None:
    """Waits for requests until SIGTERM."""
    address, port, *command = arguments
    listening = listen(address, int(port))
    running = [0]

    def end(_signal: int, _frame: FrameType | None) -> None:
        if running[0]:
            os.kill(running[0], signal.SIGTERM)
            os.waitpid(running[0], 0)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    while True:
        select.select([listening], [], [])
        running[0] = start(command, listening.fileno())
        _, status = os.waitpid(running[0], 0)
        running[0] = 0
        if status:
            close_waiting(listening)
            time.sleep(PAUSE_SECONDS)


def listen(address: str, port: int) -> socket.socket:
    """Opens the socket. A child inherits it."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, port))
    listening.listen(64)
    listening.setblocking(False)
    os.set_inheritable(listening.fileno(), True)
    return listening


def start(command: list[str], descriptor: int) -> int:
    """Starts the console. Returns its process id."""
    return os.posix_spawn(command[0], [*command, "--fd", str(descriptor)], os.environ)


def close_waiting(listening: socket.socket) -> None:
    """Closes the connections that wait, so that nothing starts the console at once again."""
    while True:
        try:
            listening.accept()[0].close()
        except BlockingIOError:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
