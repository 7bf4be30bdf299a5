"""Starts the programs that measures need, and ends them."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from psycopg2.extensions import parse_dsn

from artifacts import user_shell
from artifacts.environments import python_of
from bench.world import World
from local.launcher import loopback
from local.launcher.guard import pointed_at
from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack


@contextmanager
def service_instances(world: World, database: str, number: int = 2) -> Iterator[list[int]]:
    """Starts `number` healthy ingestion services on `database`, a URL. Yields their ports."""
    command = [str(python_of("service")), "-m", "service"]
    with ExitStack() as stack:
        ports = [free_port() for _ in range(number)]
        for port in ports:
            environment = _service_environment(database, world) | {"PORT": str(port)}
            stack.enter_context(_running(command, environment, f"http://127.0.0.1:{port}/health"))
        yield ports


@contextmanager
def bare_apps(number: int = 2) -> Iterator[list[int]]:
    """Starts `number` `bare_app`s in the service's own environment. Yields their ports."""
    with ExitStack() as stack:
        ports = [free_port() for _ in range(number)]
        for port in ports:
            command = [str(python_of("service")), "-m", "bench.programs.bare_app", str(port)]
            stack.enter_context(_running(command, {}, f"http://127.0.0.1:{port}/openapi.json"))
        yield ports


@contextmanager
def console_app(stack: RunningStack, arguments: Sequence[object], port: int) -> Iterator[None]:
    """Starts `console_app`, whose AWS clients reach only the stack."""
    command = [sys.executable, "-m", "bench.programs.console_app", *map(str, arguments)]
    with _running(command, pointed_at(stack.edge_url), f"http://127.0.0.1:{port}/static/console.css"):
        yield


def rate(program: str, arguments: Sequence[object], environment: Mapping[str, str] | None = None) -> float:
    """Returns the requests a second that `bench.programs.<program>` counted. Raises `RuntimeError` with its output."""
    counted = count(program, arguments, environment)
    return float(counted["requests"] / counted["seconds"])


def count(program: str, arguments: Sequence[object], environment: Mapping[str, str] | None = None) -> dict[str, float]:
    """Returns what `bench.programs.<program>` counted. Raises `RuntimeError` with its output."""
    command = [sys.executable, "-m", f"bench.programs.{program}", *map(str, arguments)]
    done = subprocess.run(
        command, env=user_shell.local() | dict(environment or {}), cwd=REPOSITORY, check=False, capture_output=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program}: {done.stderr.decode(errors='replace')[-2000:]}")
    counted: dict[str, float] = json.loads(done.stdout)
    return counted


@contextmanager
def _running(command: list[str], environment: dict[str, str], url: str) -> Iterator[None]:
    with TemporaryFile() as log:
        base = {"PATH": os.environ["PATH"]}
        process = subprocess.Popen(command, env=base | environment, cwd=REPOSITORY, stdout=log, stderr=log)
        try:
            _wait(process, url, log.fileno())
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait(process: subprocess.Popen[bytes], url: str, log: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            loopback.read(url)
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                said = Path(f"/proc/self/fd/{log}").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{url} does not answer: {said}") from None
        else:
            return
        time.sleep(0.1)


def _service_environment(database: str, world: World) -> dict[str, str]:
    parts = parse_dsn(database)
    return {
        "HOST": "127.0.0.1",
        "DATABASE_HOST": parts["host"],
        "DATABASE_PORT": parts["port"],
        "DATABASE_NAME": parts["dbname"],
        "DATABASE_USER": parts["user"],
        "DATABASE_PASSWORD": world.password(),
        "MIGRATION_USER": parts["user"],
        "MIGRATION_PASSWORD": world.password(),
        "ALARMS_TABLE": "alarms",
        "TIME_ZONE": "Europe/Zagreb",
        "READINGS_RETENTION_DAYS": "90",
        "LOG_LEVEL": "INFO",
    }


def free_port() -> int:
    """A port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
