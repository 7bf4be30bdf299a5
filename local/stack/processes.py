"""The stack's processes under a supervisor: Postgres, LocalStack and the agents that run the service's tasks."""

import hashlib
import http.client
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

import psutil
from supervisor.xmlrpc import SupervisorTransport

from local.stack import orphans
from local.stack.errors import ExpectedError
from local.stack.guard import cleaned, local_only
from local.stack.orphans import MARKER
from local.stack.settings import EMULATOR, POSTGRES, REPOSITORY, VENVS, Settings

STOP_SECONDS = 60
"""A process that has not ended so long after its signal is killed by the supervisor."""


class ProcessError(ExpectedError):
    """A process that does not come up; the message names it and its log."""


def agent_names(settings: Settings) -> list[str]:
    return [f"ingestion-{number}" for number, _ in enumerate(settings.service_ports, start=1)]


def runtime_directory(settings: Settings) -> Path:
    """For the supervisor's socket, whose path may have 107 characters: not below a deep clone."""
    key = hashlib.sha256(str(settings.directory).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"energy-stack-{os.getuid()}-{key}"


def superuser_url(settings: Settings) -> str:
    """The stack's Postgres as its superuser; the password stays in a file that only this user can read."""
    return f"postgresql://postgres@127.0.0.1:{settings.postgres_port}/postgres?passfile={password_file(settings)}"


def password_file(settings: Settings) -> Path:
    """In libpq's format: https://www.postgresql.org/docs/18/libpq-pgpass.html."""
    return settings.directory / "pgpass"


def start_supervisor(settings: Settings) -> None:
    """Start the supervisor, with nothing under it yet."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    runtime = runtime_directory(settings)
    runtime.mkdir(mode=0o700, exist_ok=True)
    if runtime.stat().st_uid != os.getuid():
        raise ProcessError(f"{runtime} belongs to somebody else")
    configuration = _configuration_file(settings)
    configuration.write_text(_configuration(settings))
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)]
    environment = _environment(settings)
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, cwd=REPOSITORY)
    if done.returncode != 0:
        raise ProcessError(f"the supervisor did not start: {done.stderr or done.stdout}")
    _wait(lambda: is_up(settings), 15, "the supervisor", settings.logs / "supervisord.log")


def is_outdated(settings: Settings) -> bool:
    """Whether the supervisor that runs would start a process otherwise than one that this command starts.

    A supervisor keeps the environment of the shell that started it, and gives it to all that it starts later.
    """
    try:
        environment = psutil.Process(_ask(settings, "getPID")).environ()
    except psutil.NoSuchProcess:
        return True
    return environment != _environment(settings) or _configuration_file(settings).read_text() != _configuration(
        settings
    )


def is_up(settings: Settings) -> bool:
    try:
        _ask(settings, "getState")
    except (OSError, http.client.HTTPException):
        return False
    return True


def states(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each process by name: supervisor's `statename`, `pid`, `description`."""
    return {info["name"]: info for info in _ask(settings, "getAllProcessInfo")}


def is_running(settings: Settings, name: str) -> bool:
    info = states(settings)[name]
    return info["statename"] in ("RUNNING", "STARTING") and is_alive(info)


def is_alive(info: dict[str, Any]) -> bool:
    """The supervisor looks at its children about once a second, and until then calls a dead one RUNNING."""
    try:
        return bool(psutil.Process(info["pid"]).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_while_stopping(settings: Settings, name: str) -> None:
    """Until a process has ended that a command began to stop, perhaps one that was killed meanwhile."""

    def ended() -> bool:
        return bool(states(settings)[name]["statename"] != "STOPPING")

    _wait(ended, STOP_SECONDS + 10, f"the end of {name}", log_of(settings, name))


def start(settings: Settings, name: str) -> None:
    """Start one process unless it runs, and return at once: who needs it waits until it answers.

    Raises `ProcessError` that names its log where it cannot be started.
    """
    if is_running(settings, name):
        return
    try:
        _ask(settings, "startProcess", name, False)  # its parameter `wait`, which has no name here
    except xmlrpc.client.Fault as fault:
        raise ProcessError(f"{name} did not start ({fault.faultString}); log: {log_of(settings, name)}") from None


def stop(settings: Settings, name: str) -> None:
    if states(settings)[name]["statename"] in ("RUNNING", "STARTING", "BACKOFF"):
        _ask(settings, "stopProcess", name)


def log_of(settings: Settings, name: str) -> Path:
    return settings.logs / f"{name}.log"


def stop_all(settings: Settings) -> list[int]:
    """End the supervisor and all below it; then, by pid, what a killed supervisor may have left. Returns those pids."""
    try:
        family = [psutil.Process(_ask(settings, "getPID"))]
        family += family[0].children(recursive=True)
        _ask(settings, "shutdown")
        psutil.wait_procs(family, timeout=60)
    except (OSError, http.client.HTTPException, xmlrpc.client.Error, psutil.NoSuchProcess):
        pass  # no supervisor runs, or it ends already
    strays = orphans.of_stack(settings)
    orphans.end(strays)
    return [process.pid for process in strays]


def wait_for_port(settings: Settings, port: int, name: str, timeout: float) -> None:
    def answers() -> bool:
        if not is_running(settings, name):
            raise ProcessError(f"{name} ended while starting; log: {log_of(settings, name)}")
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait(answers, timeout, name, log_of(settings, name))


def taken_ports(ports: list[int]) -> list[int]:
    """Those on which something listens already."""
    taken = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                taken.append(port)
    return taken


def _wait(condition: Any, timeout: float, what: str, log: Path) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise ProcessError(f"{what} did not answer within {timeout:g} s; log: {log}")
        time.sleep(0.1)


def _ask(settings: Settings, method: str, *arguments: Any) -> Any:
    """Call the supervisor: https://supervisord.org/api.html. Raises `OSError` where none answers."""
    transport = SupervisorTransport(None, None, f"unix://{runtime_directory(settings) / 'supervisor.sock'}")
    with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
        return getattr(server.supervisor, method)(*arguments)


def _environment(settings: Settings) -> dict[str, str]:
    """Of the supervisor, and so of all that it starts."""
    return cleaned() | {MARKER: str(settings.directory)}


def _configuration_file(settings: Settings) -> Path:
    return settings.directory / "supervisord.conf"


def _configuration(settings: Settings) -> str:
    runtime = runtime_directory(settings)
    head = f"""\
[unix_http_server]
file={runtime}/supervisor.sock
chmod=0700

[supervisord]
logfile={settings.logs}/supervisord.log
pidfile={settings.directory}/supervisord.pid
childlogdir={settings.logs}
nocleanup=true

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""
    emulator = _program(settings, EMULATOR, _emulator_command(), _emulator_environment(settings))
    sections = [head, _program(settings, POSTGRES, _postgres_command(settings), {}, stop_signal="INT"), emulator]
    for name, port in zip(agent_names(settings), settings.service_ports, strict=True):
        sections.append(_program(settings, name, _agent_command(settings, port), {}))
    return "\n".join(sections)


def _program(
    settings: Settings, name: str, command: list[str], environment: dict[str, str], *, stop_signal: str = "TERM"
) -> str:
    variables = ",".join(f'{key}="{_escaped(value)}"' for key, value in environment.items())
    return (
        f"[program:{name}]\ncommand={_escaped(shlex.join(command))}\ndirectory={REPOSITORY}\n"
        f"autostart=false\nautorestart=unexpected\nstartsecs=1\nstopsignal={stop_signal}\nstopwaitsecs={STOP_SECONDS}\n"
        f"killasgroup=true\nredirect_stderr=true\nstdout_logfile={log_of(settings, name)}\n"
        f"stdout_logfile_maxbytes=50MB\nstdout_logfile_backups=1\nenvironment={variables}\n"
    )


def _escaped(value: str) -> str:
    return value.replace("%", "%%").replace('"', '\\"')


def _postgres_command(settings: Settings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "local.stack.run_postgres",
        str(settings.directory / "postgres"),
        str(settings.postgres_port),
    ]


def _emulator_command() -> list[str]:
    return [str(VENVS / "localstack" / "bin" / "python"), "-m", "localstack.runtime.main"]


def _emulator_environment(settings: Settings) -> dict[str, str]:
    return local_only(settings.edge_url, {}) | {
        "GATEWAY_LISTEN": f"127.0.0.1:{settings.port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{settings.port}",
        "SQS_ENDPOINT_STRATEGY": "off",  # queue addresses that need no DNS: http://127.0.0.1:4566/<account>/<name>
        "OVERRIDE_IN_DOCKER": "0",  # or, where the machine is a container itself, two stacks share /tmp/localstack
        "FILESYSTEM_ROOT": str(settings.directory / "localstack"),
        "TMPDIR": str(runtime_directory(settings)),
        "DISABLE_EVENTS": "1",  # no usage report leaves the machine
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "EAGER_SERVICE_LOADING": "0",
        "IN_MEMORY_CLIENT": "1",  # one service of the emulator calls another without going over HTTP
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "PROVIDER_OVERRIDE_DYNAMODB": "moto",
        "IAM_ENFORCEMENT": settings.iam_enforcement,
        "EMULATOR_LAMBDA_PYTHON": str(VENVS / "lambda" / "bin" / "python"),
        "EMULATOR_POSTGRES_URL": superuser_url(settings),
        "EMULATOR_FAULTS": settings.faults,
        "EMULATOR_STACK": str(settings.directory),
    }


def _agent_command(settings: Settings, port: int) -> list[str]:
    return [
        sys.executable,
        str(REPOSITORY / "local" / "ecs_agent" / "agent.py"),
        "--emulator",
        settings.edge_url,
        "--address",
        "127.0.0.1",
        "--port",
        str(port),
        "--cwd",
        str(REPOSITORY),
        "--",
        str(VENVS / "service" / "bin" / "python"),
        "-m",
        "service",
    ]
