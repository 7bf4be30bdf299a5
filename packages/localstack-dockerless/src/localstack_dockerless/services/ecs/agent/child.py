"""Runs a task's process: with a given environment only, its output read line by line, stopped as ECS does it."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import IO, cast

INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR")
NO_HOME = "/dev/null"
"""A folder that cannot exist. The SDK would prefer the keys in a developer's ~/.aws to the role of the task."""
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LONGEST_LINE = 200_000  # characters; a CloudWatch Logs event holds 256 KiB
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def base_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns the variables that any process needs. Every other variable must be in the task definition."""
    return {name: environment[name] for name in INHERITED if name in environment} | {"HOME": NO_HOME}


def process_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Returns the whole environment of a task's process, and of its health check."""
    return {**base_environment(os.environ), **environment}


def set_death_signal(number: int) -> None:
    """Makes the kernel send this process the signal when its parent ends. For `preexec_fn`."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, number)


class Child:
    """Starts the process on construction. Raises `OSError` if the command cannot be started.

    It calls `on_line(task, text)` for each line of output and `on_exit()` after the process has ended, both on threads
    of this object.
    """

    def __init__(
        self,
        task: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        cwd: str,
        *,
        stop_timeout: float,
        on_line: Callable[[str, str], None],
        on_exit: Callable[[], None],
    ) -> None:
        self.task = task
        self._stop_timeout = stop_timeout
        self._on_line, self._on_exit = on_line, on_exit
        self._kill_timer: threading.Timer | None = None
        self._process = subprocess.Popen(
            list(command),
            env=process_environment(environment),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(set_death_signal, signal.SIGKILL),  # noqa: PLW1509 -- makes one system call, takes no lock
        )
        self._exited = threading.Event()
        output = cast(IO[bytes], self._process.stdout)
        threading.Thread(target=self._read, args=(output,), name="output", daemon=True).start()
        threading.Thread(target=self._wait, name="exit", daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stopping(self) -> bool:
        return self._kill_timer is not None

    @property
    def exited(self) -> bool:
        return self._exited.is_set()

    def begin_stop(self) -> None:
        """Sends SIGTERM now, and SIGKILL to the whole group after the stop timeout. It may be repeated."""
        if self._kill_timer is None and not self.exited:
            self._kill_timer = threading.Timer(self._stop_timeout, self.kill)
            self._kill_timer.daemon = True
            self._kill_timer.start()
            self._signal(os.kill, signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process and its group at once."""
        self._signal(os.killpg, signal.SIGKILL)

    def finish(self) -> int:
        """Cleans up. Returns the exit code as a container runtime gives it (128 + the signal's number)."""
        code = self._process.wait()
        if self._kill_timer:
            self._kill_timer.cancel()
        self.kill()  # other processes of its group may remain
        return 128 - code if code < 0 else code

    def _signal(self, send: Callable[[int, int], None], number: int) -> None:
        try:
            send(self._process.pid, number)
        except ProcessLookupError:
            return  # it has ended by itself

    def _wait(self) -> None:
        self._process.wait()
        self._exited.set()
        self._on_exit()

    def _read(self, output: IO[bytes]) -> None:
        with output:
            while line := output.readline(LONGEST_LINE):
                self._on_line(self.task, line.decode(errors="replace").rstrip("\r\n"))
