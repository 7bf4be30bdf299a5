"""Gives free heap pages back to the system in idle moments.

glibc returns only the top of a heap by itself. The calls of a whole `terraform apply` leave pages free below it.
`malloc_trim` returns these too (https://man7.org/linux/man-pages/man3/malloc_trim.3.html). It holds up allocation for
some milliseconds, so it is called where nothing else is going on, and once after each time of work.
"""

import ctypes
import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 5.0
WORK = 1.0
"""Seconds of processor time that make a look at the heap worth while."""
IDLE = 0.05
"""The share of one processor below which the process counts as idle."""


class IdleTrimmer:
    """Decides at each look whether to trim.

    Parameters
    ----------
    processor_time
        Seconds that the process has used, as `time.process_time` gives them.
    trim
        Returns free pages.
    """

    def __init__(self, processor_time: Callable[[], float], trim: Callable[[], object]) -> None:
        self._processor_time = processor_time
        self._trim = trim
        self._looked = self._trimmed = processor_time()

    def look(self, seconds: float) -> bool:
        """Trims where the last `seconds` were idle and there was work since the last time; returns whether it did."""
        now = self._processor_time()
        idle = now - self._looked < IDLE * seconds
        worked = now - self._trimmed >= WORK
        self._looked = now
        if idle and worked:
            self._trim()
            self._trimmed = self._processor_time()
        return idle and worked


def trim_when_idle() -> None:
    """Called at LocalStack's start. Does nothing where the C library has no `malloc_trim`, as musl's."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trimmer = IdleTrimmer(time.process_time, lambda: trim(0))
        threading.Thread(target=_run, args=(trimmer,), name="free-memory", daemon=True).start()


def _run(trimmer: IdleTrimmer) -> None:
    while True:
        time.sleep(LOOK_SECONDS)
        trimmer.look(LOOK_SECONDS)
