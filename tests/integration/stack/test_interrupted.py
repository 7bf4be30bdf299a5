"""A killed start continues at any step. A stack that never served keeps nothing of the first shell."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dockerless_testing.waiting import wait_until
from local.commands.testing import free_settings
from local.launcher import identity, lifecycle, processes, programs, steps
from local.launcher.engines.embedded import Embedded
from local.launcher.settings import EMULATOR, POSTGRES, REPOSITORY, Settings
from local.launcher.state import State

START = """
import sys
from local.launcher import lifecycle
from local.launcher.settings import Settings
lifecycle.start_bare(Settings(sys.argv[1], int(sys.argv[2])))
"""

# Each is there first when a step begins, and no step has left more when it is killed then.
SIGNS = ["pgpass", "supervisord.pid", "postgres.new/PG_VERSION", "postgres"]


@pytest.fixture
def stack() -> Iterator[Settings]:
    stack = free_settings(dataclasses.replace(Settings(), name=f"cut-off-{os.getpid()}", port=5366))
    stack.directory.mkdir(parents=True)
    yield stack
    lifecycle.down(stack)
    shutil.rmtree(stack.directory, ignore_errors=True)


def kill_a_start_at(stack: Settings, sign: str) -> None:
    command = [sys.executable, "-c", START, stack.name, str(stack.port)]
    with subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True) as start:
        wait_until(lambda: (stack.directory / sign).exists() or start.poll() is not None, 60, sign, interval=0.001)
        os.killpg(start.pid, signal.SIGKILL)


def starts(stack: Settings) -> None:
    lifecycle.start_bare(stack)
    answer = identity.ask(stack)
    assert answer is not None
    identity.require_own(stack, answer.session)
    assert processes.taken_ports([stack.postgres_port])


@pytest.mark.parametrize("sign", SIGNS)
def test_a_start_that_was_killed_goes_on(stack: Settings, sign: str):
    """All signs are there before LocalStack starts. So it starts after one of them only."""
    kill_a_start_at(stack, sign)
    if sign == SIGNS[-1]:
        starts(stack)
        return
    engine = Embedded(stack)
    engine.prepare()
    engine.start_postgres()
    assert processes.is_running(stack, POSTGRES)
    assert processes.taken_ports([stack.postgres_port])


def test_a_start_waits_for_the_end_of_a_process_that_a_killed_command_was_stopping(stack: Settings):
    lifecycle.start_bare(stack)
    before, session = _localstack(stack), identity.ask(stack)
    processes._ask(stack, "stopProcess", EMULATOR, False)  # returns before the process has ended
    starts(stack)
    assert _localstack(stack) != before
    assert identity.ask(stack) == session  # it holds what the process before it has saved


def _localstack(stack: Settings) -> int:
    return int(processes.states(stack)[EMULATOR]["pid"])


def supervisor(stack: Settings) -> int:
    return int((stack.directory / "supervisord.pid").read_text())


@pytest.mark.parametrize("healthy", [False, True])
def test_a_stack_that_never_served_is_not_left_with_the_environment_of_another_version(
    stack: Settings, healthy: bool, monkeypatch: pytest.MonkeyPatch
):
    lifecycle.start_bare(stack)
    first, answer = supervisor(stack), identity.ask(stack)
    assert answer is not None
    assert not Embedded(stack).is_outdated()
    environment = programs.environment(stack) | {"ANOTHER": "version"}
    monkeypatch.setattr(programs, "environment", lambda _: environment)
    assert Embedded(stack).is_outdated()

    State(session=answer.session, healthy=healthy).write(stack)
    steps.start_processes(stack, State.read(stack))

    assert (supervisor(stack) == first) == healthy  # one that serves keeps its data
    assert Embedded(stack).is_outdated() == healthy
