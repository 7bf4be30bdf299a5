"""Starts the function's process in a session of its own, measures it, and kills it with its descendants."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUNTIME_MAIN = Path(__file__).with_name("runtime_main.py")


@dataclass(frozen=True)
class Command:
    """Describes the process: the interpreter, `module.function`, the code's folder and the whole environment.

    `layers` is the folder with the content of the function's layers.
    """

    python: Path
    handler: str
    directory: Path
    environment: Mapping[str, str]
    layers: Path | None = None

    def words(self) -> list[str | Path]:
        """Returns the command line."""
        layers = [self.layers] if self.layers else []
        address = self.environment["AWS_LAMBDA_RUNTIME_API"]
        return [self.python, "-s", RUNTIME_MAIN, address, self.handler, self.directory, *layers]


class FunctionProcess:
    """Holds one runtime process and its output pipe.

    Standard output, standard error and the runtime's framed log messages share one pipe. So they keep the order in
    which the function wrote them.
    """

    def __init__(self, command: Command) -> None:
        self.output, write_end = os.pipe()
        os.set_blocking(self.output, False)
        frames = os.dup(write_end)
        try:
            self._popen = subprocess.Popen(
                command.words(),
                cwd=command.directory,
                env={**command.environment, "_LAMBDA_TELEMETRY_LOG_FD": str(frames)},
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                pass_fds=(frames,),
                start_new_session=True,
            )
        except BaseException:
            os.close(self.output)
            raise
        finally:
            os.close(write_end)
            os.close(frames)
        self.pid = self._popen.pid
        self.exit_handle = os.pidfd_open(self.pid)

    def exit_status(self) -> int:
        """Waits for the end. Returns the status as `subprocess` does: a negative status is the signal."""
        return self._popen.wait()

    def alive(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        """Kills the process, its group, and descendants in groups of their own."""
        descendants = process_tree(self.pid)[1:] if self.alive() else []
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for pid in descendants:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._popen.wait()

    def close(self) -> None:
        os.close(self.exit_handle)
        os.close(self.output)


def process_tree(pid: int) -> list[int]:
    """Returns the process and all its descendants, from `/proc/<pid>/task/<tid>/children` (proc_pid_children(5)).

    Each invocation calls it. With `pathlib` it would take twice as long.
    """
    pids = [pid]
    for parent in pids:
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{parent}/task"):  # noqa: PTH208 -- see above
                pids += map(int, _read(f"/proc/{parent}/task/{task}/children").split())
    return pids


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 -- see `process_tree`
        return file.read()


def peak_memory(pid: int) -> int:
    """Returns bytes: the process's own peak (VmHWM) and its descendants' present memory (VmRSS). 0: it has ended.

    The kernel's limit on address space (RLIMIT_AS) would be simpler, but it refuses libraries that reserve address
    space without using it. A control group needs privileges that a developer's session lacks.
    """
    total = 0
    for index, member in enumerate(process_tree(pid)):
        wanted = b"VmHWM:" if index == 0 else b"VmRSS:"
        with contextlib.suppress(OSError):
            for line in _read(f"/proc/{member}/status").splitlines():
                if line.startswith(wanted):
                    total += int(line.split()[1]) * 1024
                    break
    return total
