"""Finds the processes of a stack by variables in their environment, even if the process that started them is gone.

The variables are those of `marks.py`.
"""

import contextlib
import os
import signal
from collections.abc import Iterable

import psutil

from local.launcher import marks
from local.launcher.marks import OWNER
from local.launcher.settings import Settings


def of_stack(settings: Settings) -> list[psutil.Process]:
    """Returns every process of the stack, except the children of commands that still run."""
    return [process for process, owner in _marked(settings) if owner is None or not _is_at_work(owner, process)]


def processors_of(settings: Settings) -> float:
    """Returns the processors' time that the stack's processes and their ended children have taken, in seconds."""
    taken = 0.0
    for process in of_stack(settings):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            taken += times.user + times.system + times.children_user + times.children_system
    return taken


def end_orphans(settings: Settings) -> list[str]:
    """Ends the children of commands that are gone. Returns their names with their pids."""
    found = [process for process, owner in _marked(settings) if owner and not _is_at_work(owner, process)]
    names = [f"{_name(process)} (process {process.pid})" for process in found]
    end(found)
    return names


def end(processes: Iterable[psutil.Process]) -> None:
    """Sends SIGTERM, and SIGKILL to the processes that have not ended within 10 s."""
    left = list(processes)
    _signal(left, signal.SIGTERM)
    left = psutil.wait_procs(left, timeout=10)[1]
    _signal(left, signal.SIGKILL)
    psutil.wait_procs(left, timeout=5)


def _marked(settings: Settings) -> Iterable[tuple[psutil.Process, str | None]]:
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if marks.folder_of(environment) == str(settings.directory) and process.pid != os.getpid():
            yield process, environment.get(OWNER)


def _is_at_work(owner: str, child: psutil.Process) -> bool:
    """Returns whether the owner still runs. If a process with its pid began after the child, the pid was reused."""
    try:
        return bool(psutil.Process(int(owner)).create_time() <= child.create_time())
    except psutil.NoSuchProcess:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return "ended"


def _signal(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
