"""Runs the service as a task does: the process `python -m service` with a task's environment."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from dockerless_testing.waiting import wait_until
from service.settings import Settings

ROOT = Path(__file__).parents[3]
API_KEY = "bm90LWEta2V5LW5vdC1hLWtleS1ub3QtYS1rZXkta2V"


class ServiceProcess:
    """Holds a running service. `output` has the text of both its streams."""

    def __init__(
        self, settings: Settings, log: Path, *arguments: str, prefix: Sequence[str] = (), **environment: str
    ) -> None:
        """`prefix` is a command that starts the service under its own conditions."""
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        with log.open("wb") as stream:
            self._process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "service", *arguments],
                cwd=ROOT,
                env=_environment(settings) | {"PORT": str(self.port)} | environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    def events(self) -> list[dict[str, Any]]:
        """Returns the log's lines. Raises an error for a line that is not JSON."""
        return [json.loads(line) for line in self.output.splitlines()]

    def has_logged(self, message: str) -> bool:
        return any(line["message"] == message for line in self.events())

    def wait_until_healthy(self) -> None:
        wait_until(self._is_healthy, timeout=60, what=f"the service's health ({self._log})")

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """Waits for the end of the process and returns its exit code."""
        return self._process.wait(timeout=300)

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _is_healthy(self) -> bool:
        assert self._process.poll() is None, self.output
        try:
            return httpx.get(self.url + "/health", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def service_process(
    settings: Settings, log: Path, *arguments: str, prefix: Sequence[str] = (), **environment: str
) -> Iterator[ServiceProcess]:
    """Yields a service process, and ends it in any case."""
    process = ServiceProcess(settings, log, *arguments, prefix=prefix, **environment)
    try:
        yield process
    finally:
        process.end()


def _environment(settings: Settings) -> dict[str, str]:
    passed = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return passed | {
        "HOST": "127.0.0.1",
        "DATABASE_HOST": settings.database_host,
        "DATABASE_PORT": str(settings.database_port),
        "DATABASE_NAME": settings.database_name,
        "DATABASE_USER": settings.database_user,
        "DATABASE_PASSWORD": settings.database_password,
        "ALARMS_TABLE": "alarms",
        "TIME_ZONE": settings.time_zone.key,
        "READINGS_RETENTION_DAYS": str(settings.readings_retention_days),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
