"""Cleans up after the emulator, however it ended: kills the functions' processes and removes their files.

A process of its own (standard library only) that reads lines from a pipe whose other end only the emulator holds:
`+<process group>` and `-<process group>`. The end of the pipe is the end of the emulator, also after SIGKILL.
"""

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterable


def live_groups(lines: Iterable[str]) -> set[int]:
    """The process groups that were added and not taken away."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def main(directory: str) -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    for group in live_groups(sys.stdin):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
