"""The memory of the whole stack after `make demo`, in use and idle."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from artifacts import user_shell
from bench.figures import Figure
from bench.measure import Measure, Row, at_most
from bench.world import World
from local.launcher.programs import LAMBDA_KEEPALIVE_SECONDS
from local.launcher.settings import EMULATOR, REPOSITORY
from local.observe.running import RunningStack

BOUND = 700
"""MiB for all processes of an idle stack."""

_SETTLE = 15  # seconds until the last function, whose turn comes a moment after the demo, has ended too
_COMMAND_OF_LOCALSTACK = "localstack.runtime.main"


def run(world: World) -> Iterator[Row]:
    """One demo and two looks: there is no second round, as the first one's pages would stay with the processes."""
    stack = world.stack()
    _demo(stack)
    yield Row("the stack right after `make demo`, with its idle functions", Figure((_total(stack),), "MiB"))
    time.sleep(LAMBDA_KEEPALIVE_SECONDS + _SETTLE)
    parts = _by_process(stack)
    yield Row("the stack, idle", Figure((sum(parts.values()),), "MiB"), at_most(BOUND))
    localstack = sum(size for process, size in parts.items() if _COMMAND_OF_LOCALSTACK in process.cmdline())
    yield Row(f"{EMULATOR} alone, idle", Figure((localstack,), "MiB"))


def _demo(stack: RunningStack) -> None:
    """Raises `RuntimeError` with the end of what the demo said."""
    command = [sys.executable, "-m", "local.commands.demo", "--stack", stack.name]
    done = subprocess.run(command, env=user_shell.local(), cwd=REPOSITORY, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"make demo failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _total(stack: RunningStack) -> float:
    return sum(_by_process(stack).values())


def _by_process(stack: RunningStack) -> dict[psutil.Process, float]:
    """MiB of the supervisor and of each process below it: Postgres, LocalStack, functions, agents, tasks."""
    supervisor = psutil.Process(int((stack.directory / "supervisord.pid").read_text()))
    processes = [supervisor, *supervisor.children(recursive=True)]
    return {process: size for process in processes if (size := proportional_set_size(process.pid)) is not None}


def proportional_set_size(pid: int, proc: Path = Path("/proc")) -> float | None:
    """MiB of memory that a process holds, each page shared by n processes counted as 1/n. None where it has ended.

    `Pss` of /proc/<pid>/smaps_rollup (https://docs.kernel.org/filesystems/proc.html). A sum of resident set sizes would
    count the pages that Postgres' processes, or the functions' interpreters, share once for each of them.
    """
    try:
        lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


MEASURE = Measure(
    name="memory",
    title="Memory",
    how="All processes of the stack: LocalStack, Postgres, the functions' processes, the agents, the service's tasks "
    "and the supervisor. The size is the sum of their proportional set sizes: memory that several share counts once. "
    f"Idle is {LAMBDA_KEEPALIVE_SECONDS + _SETTLE} s after `make demo`, when the functions' processes have ended.",
    run=run,
)
