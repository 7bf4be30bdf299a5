"""Runs a command as the owner of the clone, with the stack on 127.0.0.1. It starts as root, with the standard library.

A bind mount shows the host's owner of the clone, and the files must stay that user's. If the clone belongs to user 0,
the command stays root. With a rootless engine, user 0 is the host's user. Docker Desktop gives written files to its own
user anyway.
https://docs.docker.com/engine/security/rootless/
"""

import os
import sys
from pathlib import Path

from local.compose import relay

CLONE = Path("/energy")
STATE = CLONE / ".local"
"""This folder is a volume. It holds the environments, Terraform's working copy and the stack's record."""

EMULATOR, POSTGRES, POSTGRES_PORT, CONSOLE = "localstack", "postgres", 5432, "deploy"
"""These are services of `docker-compose.yml`. LocalStack and the console have the same port inside and outside.

The port of Postgres outside is the one after LocalStack's.
"""


def main(command: list[str]) -> None:
    owner = CLONE.stat()
    give(STATE, owner.st_uid, owner.st_gid)
    leave_root(owner.st_uid, owner.st_gid)
    port, console_port = int(os.environ["PORT"]), int(os.environ["CONSOLE_PORT"])
    listeners = [
        (relay.listen(port), (EMULATOR, port)),
        (relay.listen(console_port), (CONSOLE, console_port)),
        (relay.listen(port + 1), (POSTGRES, POSTGRES_PORT)),
    ]
    if os.fork() == 0:
        os.setsid()  # only the command gets a terminal's Ctrl-C: it may still need this relay to end in order
        relay.run(listeners)
    for sock, _ in listeners:
        sock.close()
    os.chdir(CLONE)
    os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted


def give(folder: Path, user: int, group: int) -> None:
    """Gives the folder and its content to the user. The folder itself comes last, so an interrupted run is repeated."""
    if folder.stat().st_uid == user:
        return
    for parent, folders, files in folder.walk(top_down=False):
        for name in (*folders, *files):
            os.lchown(parent / name, user, group)
    os.chown(folder, user, group)


def leave_root(user: int, group: int) -> None:
    """Leaves root. The process then loses its capabilities: capabilities(7), "Effect of user ID changes"."""
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


if __name__ == "__main__":
    main(sys.argv[1:])
