"""Starts a Postgres for RDS instances as one process, with a data folder of its own."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from dockerless_testing.network import free_port
from dockerless_testing.waiting import PATIENCE, wait_until
from localstack_dockerless.services.rds import run_program

STOP_SECONDS = 30
SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", "max_connections": "200"}


@contextmanager
def postgres(programs: Path, directory: Path) -> Iterator[str]:
    """Yields the superuser's URL. `directory` exists and gets the data and the log."""
    password, port, data = secrets.token_hex(24), free_port(), directory / "postgres"
    password_file = directory / "postgres-password"
    password_file.write_text(password)
    options = ["-D", str(data), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8"]
    _run(programs / "initdb", [*options, "--no-sync", f"--pwfile={password_file}"], directory)
    with (directory / "postgres.log").open("wb") as log:
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [*_command(programs / "postgres"), "-D", str(data), "-p", str(port), *settings]
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=_environment(directory))
    url = f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres"
    try:
        wait_until(lambda: _answers(url, server), 60, f"Postgres; its log is {log.name}")
        yield url
    finally:
        server.send_signal(2)  # a fast shutdown: https://www.postgresql.org/docs/18/server-shutdown.html
        server.wait(STOP_SECONDS * PATIENCE)


def _command(program: Path) -> list[str]:
    """Returns the command of a Postgres program, which does not run as root and ends with this process."""
    return [sys.executable, run_program.__file__, str(program)]


def _environment(directory: Path) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(directory), "TMPDIR": str(directory), "LANG": "C.UTF-8"}


def _run(program: Path, arguments: list[str], directory: Path) -> None:
    """Runs a program. Raises `AssertionError` with its output."""
    command = [*_command(program), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment(directory))
    assert done.returncode == 0, f"{program.name} failed: {done.stderr or done.stdout}"


def _answers(url: str, server: "subprocess.Popen[bytes]") -> bool:
    assert server.poll() is None, f"Postgres ended with exit code {server.returncode}"
    try:
        with closing(psycopg2.connect(url)):
            return True
    except psycopg2.OperationalError:
        return False
