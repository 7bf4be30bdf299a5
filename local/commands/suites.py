"""Runs the steps of `make test` in lanes side by side, and prints their results.

A step's output is printed as a whole when the step ends, so that the output of two lanes does not mix. The times of the
tests come from pytest's reports.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from local.launcher.settings import REPOSITORY

SLOWEST = 10
"""The summary names this number of tests."""


@dataclass(frozen=True)
class Step:
    """A step is a command in a lane. If a `needed` step fails, the rest of its lane does not run.

    `stack_processors` returns the processors' time of a stack so far, in seconds.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    needed: bool = False
    stack_processors: Callable[[], float] | None = None


@dataclass(frozen=True)
class Result:
    """Holds a step's exit code, its time, and the processors' time of its own processes and of the stack, in seconds.

    The processors' time shows the work of a suite, while the time also depends on the other lanes.
    """

    code: int
    seconds: float
    processors: float
    stack: float | None = None

    def __str__(self) -> str:
        return f"{'passed' if self.code == 0 else 'FAILED'} in {self.seconds:.0f} s ({self.work()})"

    def work(self) -> str:
        """Returns the processors' times in words."""
        stack = f", and {self.stack:.0f} s of the stack" if self.stack is not None else ""
        return f"{self.processors:.0f} s of CPU{stack}"


@dataclass
class Run:
    """Runs steps and keeps their results. `reports` is the folder for the steps' output and pytest's reports."""

    reports: Path
    results: dict[str, Result] = field(default_factory=dict)
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopped: bool = False

    def lanes(self, *lanes: Sequence[Step], shared: Sequence[Step] = ()) -> None:
        """Runs the lanes side by side, and the steps of a lane in order. An interrupt ends the running steps.

        A lane that is over takes the next one of the `shared` steps, so that no lane is idle while another one has
        steps left.
        """
        left = deque(shared)
        self.reports.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(len(lanes)) as threads:
            runs = [threads.submit(self._lane, lane, left) for lane in lanes]
            try:
                for each in runs:
                    each.result()
            except BaseException:
                self._stop()
                raise

    def step(self, step: Step) -> int:
        """Runs one step. Returns its exit code."""
        path = self.reports / f"{_file_name(step.name)}.log"
        started, before = time.monotonic(), step.stack_processors() if step.stack_processors else None
        with path.open("wb") as log:
            process = self._start(step, log.fileno())
            processors = _wait(process)
        self._running.discard(process)
        stack = max(step.stack_processors() - before, 0.0) if step.stack_processors and before is not None else None
        result = Result(process.returncode, time.monotonic() - started, processors, stack)
        with self._lock:
            self.results[step.name] = result
            print(f"\n=== {step.name}: {result}", flush=True)
            sys.stdout.write(path.read_text(errors="replace"))
            sys.stdout.flush()
        return result.code

    def summary(self) -> int:
        """Prints each step's result and times, and the slowest tests. Returns 1 if a step failed."""
        print("\n=== summary")
        for name, result in self.results.items():
            state = "passed" if result.code == 0 else "FAILED"
            print(f"  {state:<8}{name:<24}{result.seconds:8.1f} s   {result.work()}")
        slowest = sorted(self._tests(), reverse=True)[:SLOWEST]
        if slowest:
            print(f"\n  the {len(slowest)} slowest tests")
            for seconds, test in slowest:
                print(f"  {seconds:6.1f} s  {test}")
        return int(any(result.code for result in self.results.values()))

    def report_of(self, name: str) -> Path:
        """Returns the path of pytest's report of the step `name`."""
        return self.reports / f"{_file_name(name)}.xml"

    def _lane(self, lane: Sequence[Step], shared: deque[Step]) -> None:
        for step in lane:
            if self._stopped or (self.step(step) != 0 and step.needed):
                break
        while shared and not self._stopped:
            with suppress(IndexError):  # another lane was faster
                self.step(shared.popleft())

    def _start(self, step: Step, output: int) -> subprocess.Popen[bytes]:
        self.report_of(step.name).unlink(missing_ok=True)
        process = subprocess.Popen(
            step.command, env=dict(step.environment), cwd=REPOSITORY, stdout=output, stderr=subprocess.STDOUT
        )
        self._running.add(process)
        return process

    def _stop(self) -> None:
        self._stopped = True
        for process in list(self._running):
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)  # `terminate` would take the result that `_wait` waits for

    def _tests(self) -> list[tuple[float, str]]:
        """Returns (seconds, name) of each test. The time includes the test's fixtures."""
        reports = [ET.parse(report) for report in self.reports.glob("*.xml")]  # noqa: S314 -- pytest wrote them
        cases = [case for report in reports for case in report.iter("testcase")]
        return [(float(case.get("time", 0)), f"{case.get('classname')}.{case.get('name')}") for case in cases]


def _wait(process: subprocess.Popen[bytes]) -> float:
    """Waits for the end of a process. Returns the seconds of CPU that it and its ended children took."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def _file_name(name: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in name)
