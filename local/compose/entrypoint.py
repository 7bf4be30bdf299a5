"""Runs a command as the owner of the clone, with the stack on 127.0.0.1. Begins as root; standard library only.

A bind mount shows the host's owner of the clone, and its files must stay that user's. Where the clone belongs to user 0
the command stays root: with a rootless engine that is the host's user, and Docker Desktop gives what is written to its
own user anyway.
https://docs.docker.com/engine/security/rootless/
"""

import os
import sys
from pathlib import Path

from local.compose import relay

CLONE = Path("/energy")
STATE = CLONE / ".local"
"""A volume: environments, Terraform's working copy and what is known of the stack. Nothing of it is in the clone."""

EMULATOR, POSTGRES, POSTGRES_PORT = "localstack", "postgres", 5432
"""The services of `docker-compose.yml`. LocalStack has the same port inside as outside, Postgres the one after it."""


def main(command: list[str]) -> None:
    owner = CLONE.stat()
    give(STATE, owner.st_uid, owner.st_gid)
    leave_root(owner.st_uid, owner.st_gid)
    port = int(os.environ["PORT"])
    listeners = [
        (relay.listen(port), (EMULATOR, port)),
        (relay.listen(port + 1), (POSTGRES, POSTGRES_PORT)),
    ]
    if os.fork() == 0:
        os.setsid()  # a terminal's Ctrl-C is the command's alone, which may still need the stack to end in order
        relay.run(listeners)
    for sock, _ in listeners:
        sock.close()
    os.chdir(CLONE)
    os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted


def give(folder: Path, user: int, group: int) -> None:
    """Make the folder with all in it the user's. The folder itself comes last: what was cut off is done again."""
    if folder.stat().st_uid == user:
        return
    for parent, folders, files in folder.walk(top_down=False):
        for name in (*folders, *files):
            os.lchown(parent / name, user, group)
    os.chown(folder, user, group)


def leave_root(user: int, group: int) -> None:
    """A process that leaves root loses its capabilities: capabilities(7), "Effect of user ID changes"."""
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


if __name__ == "__main__":
    main(sys.argv[1:])
