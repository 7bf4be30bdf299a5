"""The stack's processes, to be killed. They are processes of this machine where the stack runs embedded."""

import contextlib

import psutil
import pytest

from local.launcher import processes
from local.launcher.settings import POSTGRES
from local.observe.running import RunningStack


def embedded_alone(stack: RunningStack) -> None:
    """Skip where the processes are inside containers."""
    if stack.settings.mode != "embedded":
        pytest.skip("kills processes of this machine; of containers tests/e2e/test_containers.py does")


def postgres_pid(stack: RunningStack) -> int:
    """Of Postgres's first process."""
    return int(processes.states(stack.settings)[POSTGRES]["pid"])


def kill_postgres(stack: RunningStack) -> int:
    """SIGKILL to Postgres and every process of it, as when the machine loses its power; returns the first's id."""
    first = psutil.Process(postgres_pid(stack))
    for process in [first, *first.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    return first.pid


def function_processes(stack: RunningStack, function: str) -> list[psutil.Process]:
    """The runtimes of a Lambda function that live."""
    emulator = psutil.Process(processes.states(stack.settings)["localstack"]["pid"])
    found = []
    for process in emulator.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.environ().get("AWS_LAMBDA_FUNCTION_NAME") == function and process.status() != "zombie":
                found.append(process)
    return found
