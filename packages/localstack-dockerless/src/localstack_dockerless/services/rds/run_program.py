"""Replaces itself with one of Postgres' programs: `python run_program.py PROGRAM ARGUMENT...`.

Postgres refuses to run as root. initdb also refuses a user id without a name. If such a user starts the emulator (CI,
containers), the process first enters a user namespace in which the same account has an ordinary number. The program
ends with the thread that started it, also after SIGKILL: no server outlives its emulator.
"""

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

ORDINARY = (1000, 65534, 1)  # the first user of most machines, nobody, daemon
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def leave_root() -> None:
    """Becomes an ordinary user with a name, if this is root or a user id without a name.

    Raises `SystemExit` if user namespaces are forbidden.
    """
    user, group = os.geteuid(), os.getegid()
    if user != 0 and _has_name(user):
        return
    inside = next(filter(_has_name, ORDINARY), ORDINARY[0])
    try:
        os.unshare(os.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")
    except OSError as error:
        raise SystemExit(
            f"Postgres refuses to run as user id {user}, which may make no user namespace here: {error}"
        ) from error


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def end_with_parent() -> None:
    """Asks for SIGINT, Postgres' fast shutdown, at the parent's end.

    It runs after the change of user, which would reset it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    leave_root()
    end_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 -- no shell is wanted
