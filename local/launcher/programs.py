"""What the supervisor runs for a stack: its configuration, and one script for each process.

The configuration holds no path of this clone: supervisor expands `%`, some values twice, cuts a line at ` #` and ` ;`,
and cannot quote in `environment=`. A clone lies in `R&D`, `Ana's` or `feature%2Fx` all the same. So the supervisor
runs in the stack's folder, its paths begin there, and a script in `sh` says what a process is: its working directory,
the variables that it has beside the supervisor's, and its command. `tests/unit/stack/test_programs.py` has
supervisor's own parser read it.
"""

import hashlib
import os
import shlex
import sys
from pathlib import Path
from urllib.parse import quote

from artifacts import user_shell
from local import shell
from local.launcher.guard import pointed_at
from local.launcher.marks import MARKER
from local.launcher.run_postgres import nameable_binaries
from local.launcher.settings import AGENT, EMULATOR, POSTGRES, REPOSITORY, VENVS, Settings

STOP_SECONDS = 60
"""A process that has not ended so long after its signal is killed by the supervisor."""

REFUSED_STATE = 78
"""LocalStack's exit code where it must not load what it has saved: starting it again does not help."""

LAMBDA_KEEPALIVE_SECONDS = 60
"""A function's process that was idle for so long is ended: a day's pipeline leaves ten of them, 60 MiB each.

LocalStack's default is 10 minutes. AWS gives no figure. The next invocation is a cold start of half a second.
"""

CONFIGURATION, SCRIPTS = "supervisord.conf", "processes"


def agent_names(settings: Settings) -> list[str]:
    return [f"ingestion-{number}" for number, _ in enumerate(settings.service_ports, start=1)]


def runtime_directory(settings: Settings) -> Path:
    """For the supervisor's socket, whose path may have 107 characters: not below a deep clone.

    It does not depend on the shell: `make status` in one finds what `make up` started in another.
    """
    key = hashlib.sha256(os.fsencode(settings.directory)).hexdigest()[:12]
    return user_shell.system_scratch() / f"energy-stack-{os.getuid()}-{key}"


def plain_directory(settings: Settings) -> Path:
    """The stack's folder by a path that has no special character: a link to it.

    LocalStack makes URIs of its paths (`file:<path>?mode=ro`, for sqlite) without encoding them.
    """
    return runtime_directory(settings) / "stack"


def superuser_url(settings: Settings) -> str:
    """The stack's Postgres as its superuser; the password stays in a file that only this user can read.

    https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS: values are percent-encoded.
    """
    passfile = quote(os.fsencode(password_file(settings)), safe="/")
    return f"postgresql://postgres@127.0.0.1:{settings.postgres_port}/postgres?passfile={passfile}"


def password_file(settings: Settings) -> Path:
    """In libpq's format: https://www.postgresql.org/docs/18/libpq-pgpass.html."""
    return settings.directory / "pgpass"


def saved_state(settings: Settings) -> Path:
    """Where LocalStack saves what it holds. Only this user can read it."""
    return settings.directory / "saved-state"


def environment(settings: Settings) -> dict[str, str]:
    """Of every process of the stack, the same whatever the shell holds. Their caches are in the stack's folder."""
    (settings.directory / "home").mkdir(exist_ok=True)
    return shell.of_stack(plain_directory(settings) / "home", runtime_directory(settings)) | {
        MARKER: str(settings.directory)
    }


def write(settings: Settings) -> Path:
    """Write the configuration, the scripts and the link; returns the configuration's path."""
    (settings.directory / SCRIPTS).mkdir(exist_ok=True)
    plain_directory(settings).unlink(missing_ok=True)
    plain_directory(settings).symlink_to(settings.directory)
    for path, content in _files(settings).items():
        path.touch(mode=0o700)
        path.write_bytes(content)
    return settings.directory / CONFIGURATION


def are_written(settings: Settings) -> bool:
    """Whether the supervisor that runs was started with what `write` would write now."""
    return all(path.exists() and path.read_bytes() == content for path, content in _files(settings).items())


def _files(settings: Settings) -> dict[Path, bytes]:
    sections, files = [_head(settings)], {}
    for name, (command, further, stop_signal) in _programs(settings).items():
        files[settings.directory / SCRIPTS / name] = os.fsencode(script_of(command, further))
        sections.append(_program(name, stop_signal))
    return files | {settings.directory / CONFIGURATION: os.fsencode("\n".join(sections))}


def script_of(command: list[str], variables: dict[str, str]) -> str:
    """A script that becomes `command`, so that its process id stays. The supervisor's own variables are inherited."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([f"cd {shlex.quote(str(REPOSITORY))} || exit", *exports, f"exec {shlex.join(command)}", ""])


def _head(settings: Settings) -> str:
    return f"""\
[unix_http_server]
file={runtime_directory(settings)}/supervisor.sock
chmod=0700

[supervisord]
logfile={settings.logs.name}/supervisord.log
pidfile=supervisord.pid
childlogdir={settings.logs.name}
nocleanup=true

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""


def _program(name: str, stop_signal: str) -> str:
    return (
        f"[program:{name}]\ncommand=/bin/sh {SCRIPTS}/{name}\nexitcodes=0,{REFUSED_STATE}\n"
        f"autostart=false\nautorestart=unexpected\nstartsecs=1\nstopsignal={stop_signal}\nstopwaitsecs={STOP_SECONDS}\n"
        f"killasgroup=true\nredirect_stderr=true\nstdout_logfile=logs/{name}.log\n"
        f"stdout_logfile_maxbytes=50MB\nstdout_logfile_backups=1\n"
    )


def _programs(settings: Settings) -> dict[str, tuple[list[str], dict[str, str], str]]:
    """By name: the command, its variables beside those of every process, and the signal that ends it."""
    found = {
        POSTGRES: (_postgres_command(settings), {}, "INT"),
        EMULATOR: (_emulator_command(), _emulator_variables(settings), "TERM"),
    }
    for name, port in zip(agent_names(settings), settings.service_ports, strict=True):
        found[name] = (_agent_command(settings, port), {}, "TERM")
    return found


def _postgres_command(settings: Settings) -> list[str]:
    data, port = settings.directory / "postgres", settings.postgres_port
    return [sys.executable, "-m", "local.launcher.run_postgres", str(data), str(port)]


def _emulator_command() -> list[str]:
    return [str(VENVS / "localstack" / "bin" / "python"), "-m", "localstack.runtime.main"]


def _emulator_variables(settings: Settings) -> dict[str, str]:
    return pointed_at(settings.edge_url) | {
        "GATEWAY_LISTEN": f"127.0.0.1:{settings.port}",
        "LOCALSTACK_HOST": f"127.0.0.1:{settings.port}",
        "SQS_ENDPOINT_STRATEGY": "off",  # queue addresses that need no DNS: http://127.0.0.1:4566/<account>/<name>
        "OVERRIDE_IN_DOCKER": "0",  # or, where the machine is a container itself, two stacks share /tmp/localstack
        "FILESYSTEM_ROOT": str(plain_directory(settings) / "localstack"),
        "DISABLE_EVENTS": "1",  # no usage report leaves the machine
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "EAGER_SERVICE_LOADING": "0",
        "MALLOC_ARENA_MAX": "2",  # not one heap for each of up to 8 threads a core: they would not be given back
        "MALLOC_TRIM_THRESHOLD_": "131072",  # the default at first; set, it no longer grows with what is freed
        "IN_MEMORY_CLIENT": "1",  # one service of the emulator calls another without going over HTTP
        "LAMBDA_KEEPALIVE_MS": str(LAMBDA_KEEPALIVE_SECONDS * 1000),
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "PROVIDER_OVERRIDE_DYNAMODB": "moto",
        "IAM_ENFORCEMENT": settings.iam_enforcement,
        "EMULATOR_LAMBDA_PYTHON": str(VENVS / "lambda" / "bin" / "python"),
        "EMULATOR_POSTGRES_URL": superuser_url(settings),
        "EMULATOR_POSTGRES_PROGRAMS": str(nameable_binaries(runtime_directory(settings))),
        "EMULATOR_FAULTS": settings.faults,
        "EMULATOR_STACK": str(settings.directory),
        "DOCKERLESS_STATE": str(saved_state(settings)),
    }


def _agent_command(settings: Settings, port: int) -> list[str]:
    return [
        sys.executable,
        str(REPOSITORY / AGENT / "agent.py"),
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
