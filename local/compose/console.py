"""Runs the console in the service `deploy`: `python -m local.compose.console`. The keeper starts it.

Docker publishes the port on the host's loopback alone, under the same number, so the printed link is right there. The
other containers of the stack can reach the port too. The console asks everybody for its token.
"""

import os
import socket

from local.launcher import programs
from local.launcher.guard import local_only
from local.launcher.settings import Settings
from local.observe.running import load


def main() -> None:
    """Replaces this process by the gate, which starts the console when somebody opens it."""
    stack = load(os.environ.get("STACK") or Settings.name)
    programs.console_token(stack.settings)  # the file must be there before the first request
    command = programs.gate_command(stack.settings, own_address())
    os.execve(command[0], command, local_only(stack.edge_url))  # noqa: S606 -- no shell is wanted


def own_address() -> str:
    """Returns this container's address. The loopback address is the relay's."""
    return socket.gethostbyname(socket.gethostname())


if __name__ == "__main__":
    main()
