"""Runs one of Postgres' programs in place of itself: `python run_program.py PROGRAM ARGUMENT...`.

Postgres refuses to run as root. Where root starts the emulator (CI, containers), the process first enters a user
namespace in which the same account has an ordinary number. The program ends with the thread that started it, however
that ends: no server outlives its emulator.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

UNPRIVILEGED = 1000
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def leave_root() -> None:
    """Become an ordinary user where this is root. Raises `SystemExit` where that is forbidden."""
    if os.geteuid() != 0:
        return
    try:
        os.unshare(os.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{UNPRIVILEGED} 0 1")
        Path("/proc/self/gid_map").write_text(f"{UNPRIVILEGED} 0 1")
    except OSError as error:
        raise SystemExit(
            f"Postgres refuses to run as root, and root may make no user namespace here: {error}"
        ) from error


def end_with_parent() -> None:
    """SIGINT, Postgres' fast shutdown, when the parent is gone. After a change of user, which would forget it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


if __name__ == "__main__":
    leave_root()
    end_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606 -- no shell is wanted
