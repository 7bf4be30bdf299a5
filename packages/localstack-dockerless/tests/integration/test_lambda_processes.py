"""The functions' processes and files end with the emulator, whichever way it ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from dockerless_testing.programs import lambda_python
from dockerless_testing.waiting import wait_until
from localstack_dockerless.services.lambda_.process import Command
from localstack_dockerless.services.lambda_.sandbox import Invocation, Limits, Sandbox

SOURCES = Path(__file__).parents[2] / "src"

EMULATOR = """
import sys
from pathlib import Path
from localstack_dockerless.services.lambda_.process import Command
from localstack_dockerless.services.lambda_.sandbox import Invocation, Limits, Sandbox
from localstack_dockerless.services.lambda_.workspace import workspace

python, code = Path(sys.argv[1]), Path(sys.argv[2])
def command(api):
    return Command(python, "app.handle", code, {"AWS_LAMBDA_RUNTIME_API": api})
sandbox = Sandbox(make_command=command, limits=Limits(256, 60), version="1", runtime_name="python:3.13",
                  deliver=lambda text, time: print(text, end="", flush=True), watcher=workspace())
sandbox.initialize()
print("workspace", workspace().directory, flush=True)
sandbox.invoke(Invocation("id-1", "arn", b"null"))
"""
BUSY = """
import os, subprocess
def handle(event, context):
    child = subprocess.Popen(["sleep", "300"])
    print("pids", os.getpid(), child.pid)
    child.wait()
"""


class NoWatcher:
    """Does nothing: the test closes what it opens."""

    def watch(self, process_group: int) -> None:
        """Does nothing."""

    def forget(self, process_group: int) -> None:
        """Does nothing."""


def sandbox_of(directory: Path, source: str, log: list[str], init_seconds: float) -> Sandbox:
    (directory / "app.py").write_text(source)

    def command(api: str) -> Command:
        return Command(lambda_python(), "app.handle", directory, {"AWS_LAMBDA_RUNTIME_API": api})

    return Sandbox(
        make_command=command,
        limits=Limits(memory_size=256, timeout=1),
        version="1",
        runtime_name="python:3.13",
        deliver=lambda text, _time: log.append(text),
        watcher=NoWatcher(),
        init_seconds=init_seconds,
    )


@pytest.fixture
def busy_emulator(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "app.py").write_text(BUSY)
    with subprocess.Popen(
        [sys.executable, "-c", EMULATOR, lambda_python(), tmp_path],
        env={"PYTHONPATH": str(SOURCES)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_the_emulator(busy_emulator: subprocess.Popen[str], end: signal.Signals):
    workspace = Path(words_after("workspace", busy_emulator)[0])
    pids = [int(pid) for pid in words_after("pids", busy_emulator)]
    assert workspace.exists()
    assert all(psutil.pid_exists(pid) for pid in pids)
    busy_emulator.send_signal(end)
    wait_until(lambda: not any(alive(pid) for pid in pids), 10, "the function's processes to end")
    wait_until(lambda: not workspace.exists(), 10, "the workspace to be removed")


def test_a_slow_initialization_is_repeated_within_the_invocation(tmp_path: Path):
    log: list[str] = []
    source = "import time\ntime.sleep(60)\ndef handle(event, context): pass"
    sandbox = sandbox_of(tmp_path, source, log, init_seconds=0.2)
    try:
        sandbox.initialize()
        result = sandbox.invoke(Invocation("id-1", "arn", b"null"))
    finally:
        sandbox.close()
    assert result.is_error
    assert b"Sandbox.Timedout" in result.payload
    phases = [line.split("\t")[1:] for line in log if line.startswith("INIT_REPORT")]
    assert phases == [["Phase: init", "Status: timeout\n"], ["Phase: invoke", "Status: timeout\n"]]


def test_an_environment_gives_back_all_it_opened(tmp_path: Path):
    before = open_files()
    sandbox = sandbox_of(tmp_path, "def handle(event, context): return 1", [], init_seconds=10)
    assert sandbox.initialize() is None
    assert sandbox.invoke(Invocation("id-1", "arn", b"null")).payload == b"1"
    sandbox.close()
    assert open_files() == before


def words_after(word: str, process: subprocess.Popen[str]) -> list[str]:
    """Returns the rest of the first line that begins with `word`."""
    assert process.stdout is not None
    for line in process.stdout:
        first, *rest = line.split()
        if first == word:
            return rest
    raise AssertionError(f"the process ended without a line that begins with {word!r}")


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def open_files() -> int:
    return psutil.Process().num_fds()
