"""Cleans up after the emulator, however it ended: kills the functions' processes and removes their files.

It is a process of its own (standard library only). It reads the lines `+<process group>` and `-<process group>` from a
pipe. Only the emulator holds the other end of the pipe. So the pipe ends with the emulator, also after SIGKILL.
"""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable
from pathlib import Path


def live_groups(lines: Iterable[str]) -> set[int]:
    """Returns the process groups that were added and not removed."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def remove_tree(directory: Path) -> None:
    """Removes the folder, read-only files included. A missing folder is no error."""
    for folder, _, _ in os.walk(directory):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o755)
    shutil.rmtree(directory, ignore_errors=True)


def main(directory: Path) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for group in live_groups(sys.stdin):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    remove_tree(directory)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
