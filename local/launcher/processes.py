"""Runs the stack's processes under a supervisor: Postgres, LocalStack and the agents of the service's tasks."""

import http.client
import os
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from local.launcher import orphans, port_probe, programs
from local.launcher.errors import ExpectedError
from local.launcher.programs import agent_names, password_file, runtime_directory, superuser_url
from local.launcher.settings import POSTGRES, Settings

# callers of this module also import these names from it
__all__ = ["agent_names", "password_file", "runtime_directory", "superuser_url"]
taken_ports = port_probe.taken_ports
STOP_SECONDS = programs.STOP_SECONDS


class ProcessError(ExpectedError):
    """A process does not start. The message names the process and its log."""


def start_supervisor(settings: Settings) -> None:
    """Starts the supervisor. It runs no process yet."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    runtime = runtime_directory(settings)
    runtime.mkdir(mode=0o700, exist_ok=True)
    if runtime.stat().st_uid != os.getuid():
        raise ProcessError(f"{runtime} belongs to another user: remove it, or have that user remove it")
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(programs.write(settings))]
    done = subprocess.run(
        command,
        env=programs.environment(settings),
        cwd=settings.directory,  # the paths in the configuration are relative to this folder
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise ProcessError(f"the supervisor did not start: {done.stderr or done.stdout}")
    _wait(lambda: is_up(settings), 60, "the supervisor", settings.logs / "supervisord.log")


def is_outdated(settings: Settings) -> bool:
    """Returns whether the running supervisor has another environment or configuration than a new one would have.

    A supervisor keeps its environment and gives it to every process that it starts later.
    """
    try:
        environment = psutil.Process(_ask(settings, "getPID")).environ()
    except psutil.NoSuchProcess:
        return True
    return bool(environment != programs.environment(settings)) or not programs.are_written(settings)


def is_up(settings: Settings) -> bool:
    try:
        _ask(settings, "getState")
    except (OSError, http.client.HTTPException):
        return False
    return True


def states(settings: Settings) -> dict[str, dict[str, Any]]:
    """Returns the supervisor's `statename`, `pid` and `description` of each process, by the process's name."""
    return {info["name"]: info for info in _ask(settings, "getAllProcessInfo")}


def is_running(settings: Settings, name: str) -> bool:
    info = states(settings)[name]
    return info["statename"] in ("RUNNING", "STARTING") and is_alive(info)


def is_alive(info: dict[str, Any]) -> bool:
    """Returns whether the process is alive. The supervisor may call a dead process RUNNING for about 1 s."""
    try:
        return bool(psutil.Process(info["pid"]).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_while_stopping(settings: Settings, name: str) -> None:
    """Waits until a process has ended that a command, perhaps a killed one, began to stop."""

    def ended() -> bool:
        return bool(states(settings)[name]["statename"] != "STOPPING")

    _wait(ended, STOP_SECONDS + 10, f"the end of {name}", log_of(settings, name))


def start(settings: Settings, name: str) -> None:
    """Starts a process unless it runs, and returns at once. The caller waits until the process answers.

    Raises a `ProcessError` that names the log if the process cannot be started.
    """
    if is_running(settings, name):
        return
    try:
        _ask(settings, "startProcess", name, False)  # False is the parameter `wait`
    except xmlrpc.client.Fault as fault:
        raise ProcessError(f"{name} did not start ({fault.faultString}); log: {log_of(settings, name)}") from None


def stop(settings: Settings, name: str) -> None:
    if states(settings)[name]["statename"] in ("RUNNING", "STARTING", "BACKOFF"):
        _ask(settings, "stopProcess", name)


def log_of(settings: Settings, name: str) -> Path:
    return settings.logs / f"{name}.log"


def stop_all(settings: Settings) -> list[int]:
    """Ends the supervisor and its processes.

    Then ends the processes that a killed supervisor left, and returns their pids.
    """
    try:
        family = [psutil.Process(_ask(settings, "getPID"))]
        family += family[0].children(recursive=True)
        _ask(settings, "shutdown")
        psutil.wait_procs(family, timeout=STOP_SECONDS)
    except (OSError, http.client.HTTPException, xmlrpc.client.Error, psutil.NoSuchProcess):
        pass  # no supervisor runs, or it is ending
    strays = orphans.of_stack(settings)
    orphans.end(strays)
    return [process.pid for process in strays]


def wait_for_postgres(settings: Settings, data: Path, timeout: float) -> None:
    """Waits until the server with this data folder takes connections. It listens some time before that.

    The lock file says when, and whose it is: a killed server leaves its own. `pg_ctl --wait` reads the same lines.
    https://www.postgresql.org/docs/18/storage-file-layout.html. Raises a `ProcessError` that names the log.
    """

    def is_ready() -> bool:
        if not is_running(settings, POSTGRES):
            raise ProcessError(f"{POSTGRES} ended while starting; log: {log_of(settings, POSTGRES)}")
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and psutil.pid_exists(int(lines[0]))

    _wait(is_ready, timeout, POSTGRES, log_of(settings, POSTGRES))


def _wait(condition: Any, timeout: float, what: str, log: Path) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise ProcessError(f"{what} did not answer within {timeout:g} s; log: {log}")
        time.sleep(0.1)


def _ask(settings: Settings, method: str, *arguments: Any) -> Any:
    """Calls the supervisor: https://supervisord.org/api.html. Raises `OSError` if it does not answer."""
    transport = SupervisorTransport(None, None, f"unix://{runtime_directory(settings) / 'supervisor.sock'}")
    with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
        return getattr(server.supervisor, method)(*arguments)
