"""The next command ends the children of a killed command, and leaves the children of a running command alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dockerless_testing.waiting import wait_until
from local.launcher import marks, orphans, settings
from local.launcher.settings import REPOSITORY, Settings

COMMAND = """
import os, subprocess, sys
from local.launcher import marks, settings
from pathlib import Path
settings.LOCAL = Path(sys.argv[1])
variables = marks.of(settings.Settings(name=sys.argv[2]))
print(subprocess.Popen(["sleep", "600"], env=os.environ | variables, stdout=subprocess.DEVNULL).pid, flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOCAL", tmp_path)


def command(tmp_path: Path, stack: str) -> tuple[subprocess.Popen[str], psutil.Process]:
    """Starts a command of the stack with a child."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(tmp_path), stack],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, psutil.Process(int(process.stdout.readline()))


def test_a_child_is_ended_once_its_command_is_gone(tmp_path: Path):
    one, two = Settings(name="one"), Settings(name="two")
    process, child = command(tmp_path, "one")
    try:
        assert orphans.end_orphans(one) == []
        assert child not in orphans.of_stack(one)  # `down` and `up` leave it to its command

        os.kill(process.pid, signal.SIGKILL)
        process.wait()

        assert orphans.end_orphans(two) == []
        assert child in orphans.of_stack(one)
        assert orphans.end_orphans(one) == [f"sleep (process {child.pid})"]
        assert not child.is_running()
    finally:
        with process:
            process.kill()
        if child.is_running():
            child.kill()


def test_a_server_that_localstack_started_belongs_to_the_stack():
    """LocalStack's plug-ins give their own variable to Postgres, not the launcher's variable."""
    child = subprocess.Popen(["sleep", "600"], env={marks.EMULATOR: str(Settings(name="one").directory)})
    try:
        # A process has no environment for a moment while it starts its program.
        wait_until(
            lambda: psutil.Process(child.pid) in orphans.of_stack(Settings(name="one")), 10, "the process of the stack"
        )
        assert psutil.Process(child.pid) not in orphans.of_stack(Settings(name="two"))
    finally:
        child.kill()
        child.wait()


def test_a_process_that_has_the_number_of_a_dead_command_is_not_taken_for_it():
    child = subprocess.Popen(["sleep", "600"], env={marks.MARKER: str(Settings(name="one").directory)})
    later = subprocess.Popen(["sleep", "600"])
    try:
        psutil.Process(later.pid)
        started = psutil.Process(child.pid)
        assert orphans._is_at_work(str(os.getpid()), started)
        if psutil.Process(later.pid).create_time() > started.create_time():
            assert not orphans._is_at_work(str(later.pid), started)
    finally:
        for process in (child, later):
            process.kill()
            process.wait()
