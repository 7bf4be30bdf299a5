"""Locks keep commands apart. This module needs only the standard library, because a lock precedes every environment.

The kernel releases a lock when its last holder ends for any reason (flock(2)). So a killed command blocks nobody.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path, command: str) -> Iterator[int]:
    """Holds the lock file `path` for `command`. If another command holds it, prints its name and waits for it.

    Yields the lock's file descriptor. A child that inherits it keeps the lock when this process is killed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            print(f"Waiting for {lock.read() or 'another command'}, which still runs.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"`{command}` (process {os.getpid()})")
        lock.flush()
        try:
            yield lock.fileno()
        finally:
            lock.truncate(0)
