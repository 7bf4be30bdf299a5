"""Checks the health of a task's process with the command of its container, as the container runtime does.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
"""

import subprocess
import threading
import time
from collections.abc import Callable, Mapping

from localstack_dockerless.services.ecs.agent.child import process_environment
from localstack_dockerless.services.ecs.agent.protocol import Health, HealthCheck


class Counter:
    """Turns the results of single checks into a state.

    A success makes the process healthy. `retries` failures in a row make it unhealthy. Failures within `start_period`
    seconds do not count, unless a check has succeeded before.
    """

    def __init__(self, retries: int, start_period: float) -> None:
        self._retries = retries
        self._start_period = start_period
        self._failures = 0
        self.state: Health = "UNKNOWN"

    def add(self, age: float, *, passed: bool) -> None:
        """Counts a result. `age` is the time of the process in seconds."""
        if passed:
            self.state, self._failures = "HEALTHY", 0
        elif self.state != "UNKNOWN" or age > self._start_period:
            self._failures += 1
            if self._failures >= self._retries:
                self.state = "UNHEALTHY"


class HealthChecks:
    """Runs the checks on a thread, from construction to `end`. It calls `on_change()` after a change of `state`."""

    def __init__(
        self, check: HealthCheck, environment: Mapping[str, str], cwd: str, on_change: Callable[[], None]
    ) -> None:
        self._check = check
        self._environment = process_environment(environment)
        self._cwd = cwd
        self._on_change = on_change
        self._counter = Counter(check.retries, check.start_period)
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="health", daemon=True).start()

    @property
    def state(self) -> Health:
        return self._counter.state

    def end(self) -> None:
        self._ended.set()

    def _run(self) -> None:
        started = time.monotonic()
        while not self._ended.wait(self._check.interval):
            before = self.state
            self._counter.add(time.monotonic() - started, passed=self._passes())
            if self.state != before:
                self._on_change()

    def _passes(self) -> bool:
        try:
            done = subprocess.run(
                self._check.command,
                env=self._environment,
                cwd=self._cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._check.timeout,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0
