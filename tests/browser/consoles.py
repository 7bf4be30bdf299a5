"""Starts consoles on the stack, each a process with the AWS credentials of one person."""

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from dockerless_testing.waiting import wait_until
from local import shell
from local.launcher.guard import pointed_at
from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack

START_SECONDS = 30


@dataclass(frozen=True)
class Console:
    """A running console."""

    url: str
    token: str = field(repr=False)
    log: Path

    def link(self, to: str = "/") -> str:
        """Returns the link that the console prints, which leads to a page."""
        return f"{self.url}/enter?token={self.token}&to={to}"


@contextmanager
def console(
    stack: RunningStack, folder: Path, person: str, credentials: Mapping[str, str] | None = None
) -> Iterator[Console]:
    """Starts a console, and ends it. Without credentials it has the operator's of a local stack."""
    folder.mkdir(parents=True, exist_ok=True)
    outputs, log, token = folder / "outputs.json", folder / f"{person}.log", secrets.token_urlsafe(32)
    outputs.write_text(json.dumps(stack.outputs))
    port = _free_port()
    environment = shell.launching() | pointed_at(stack.edge_url) | dict(credentials or {})
    token_file = folder / f"{person}.token"
    token_file.write_text(token)
    options = ["--outputs", str(outputs), "--port", str(port), "--stack", stack.name, "--by", person]
    options += ["--token-file", str(token_file)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "operations.console", *options, "--cache", str(folder / "cache")],
            env=environment,
            cwd=REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        started = Console(f"http://127.0.0.1:{port}", token, log)
        try:
            wait_until(lambda: _answers(started, process), START_SECONDS, f"the console of {person}")
            yield started
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _answers(started: Console, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, started.log.read_text()
    try:
        return httpx.get(f"{started.url}/static/console.css", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
