"""The second of two commands waits and names the first one. A killed command blocks nobody."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artifacts import locks
from local.launcher.settings import REPOSITORY

Script = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def script() -> Iterator[Script]:
    """Runs lines of Python with arguments, until the end of the test."""
    with contextlib.ExitStack() as running:

        def run(text: str, *arguments: object) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", textwrap.dedent(text), *map(str, arguments)]
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, cwd=REPOSITORY, stdin=pipe, stdout=pipe, text=True)
            running.enter_context(process)
            running.callback(process.kill)
            return process

        yield run


HOLDER = """
    import sys
    from pathlib import Path
    from artifacts import locks
    with locks.held(Path(sys.argv[1]), sys.argv[2]):
        print("has it", flush=True)
        sys.stdin.readline()
"""


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=300)


def test_the_second_waits_and_says_for_which(tmp_path: Path, script: Script):
    first = script(HOLDER, tmp_path / "lock", "make up STACK=two")
    assert line(first) == "has it"
    second = script(HOLDER, tmp_path / "lock", "make down STACK=two")
    assert line(second) == f"Waiting for `make up STACK=two` (process {first.pid}), which still runs."
    end(first)
    assert line(second) == "has it"
    end(second)


def test_a_killed_command_blocks_nobody(tmp_path: Path, script: Script, capsys: pytest.CaptureFixture[str]):
    first = script(HOLDER, tmp_path / "lock", "make up")
    assert line(first) == "has it"
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    with locks.held(tmp_path / "lock", "make down"):
        assert capsys.readouterr().out == ""


def test_a_child_that_outlives_its_command_keeps_the_lock(tmp_path: Path, script: Script):
    parent = script(
        """
        import subprocess, sys
        from pathlib import Path
        from artifacts import locks
        with locks.held(Path(sys.argv[1]), "make up") as lock:
            child = subprocess.Popen(["sleep", "600"], pass_fds=[lock], stdout=subprocess.DEVNULL)
            print(child.pid, flush=True)
            sys.stdin.readline()
        """,
        tmp_path / "lock",
    )
    child = int(line(parent))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    second = script(HOLDER, tmp_path / "lock", "make up")
    assert line(second).startswith("Waiting for `make up`")
    os.kill(child, signal.SIGKILL)
    assert line(second) == "has it"
    end(second)
