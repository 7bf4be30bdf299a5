"""Writes the supervisor's configuration, and one script for each process of a stack.

The configuration must hold no path of this clone. supervisor expands `%`, some values twice, cuts a line at ` #` and
` ;`, and cannot quote in `environment=`. But a clone may lie in `R&D`, `Ana's` or `feature%2Fx`. So the supervisor runs
in the stack's folder and has relative paths. A script in `sh` sets a process's working directory and its further
variables, and runs its command. `tests/unit/stack/test_programs.py` reads the configuration with supervisor's own
parser.
"""

import hashlib
import os
import pwd
import secrets
import shlex
import sys
from pathlib import Path
from urllib.parse import quote

from artifacts import user_shell
from local import shell
from local.launcher.files import write_whole
from local.launcher.guard import pointed_at
from local.launcher.marks import MARKER
from local.launcher.run_postgres import nameable_binaries
from local.launcher.settings import (
    AGENT,
    CONSOLE,
    EMULATOR,
    MIGRATIONS,
    PACKAGE,
    POSTGRES,
    REPOSITORY,
    VENVS,
    Settings,
)

STOP_SECONDS = 180
"""The supervisor waits this time after its signal. Then it kills the process."""

REFUSED_STATE = 78
"""LocalStack ends with this exit code if it must not load its saved state. Another start does not help."""

LAMBDA_KEEPALIVE_SECONDS = 60
"""LocalStack ends a function's process that was idle for this time. A day's pipeline leaves 10 of 60 MiB each.

LocalStack's default is 10 minutes. AWS gives no figure. The next invocation is a cold start of 0.5 s.
"""

CONSOLE_IDLE_SECONDS = 600
"""The console ends when no request has come for so long. The next request starts it again, which takes 2 s."""

SERVICE_TASKS, MIGRATION_TASKS = "service:*", "family:*-migrations"
"""The groups of tasks that the agents take. The migration has an agent of its own, as the service has all others."""

NO_PORT = 0

CONFIGURATION, SCRIPTS = "supervisord.conf", "processes"


def agent_names(settings: Settings) -> list[str]:
    """Returns the names of the agents of the service's tasks."""
    return [f"ingestion-{number}" for number, _ in enumerate(settings.service_ports, start=1)]


def runtime_directory(settings: Settings) -> Path:
    """Returns the folder of the supervisor's socket. A socket's path may have 107 bytes, too few for a deep clone.

    The folder does not depend on the shell, so `make status` in one shell finds the processes of another shell.
    """
    key = hashlib.sha256(os.fsencode(settings.directory)).hexdigest()[:12]
    return user_shell.system_scratch() / f"energy-stack-{os.getuid()}-{key}"


def plain_directory(settings: Settings) -> Path:
    """Returns a link to the stack's folder. The link's path has no special character.

    LocalStack makes URIs of its paths (`file:<path>?mode=ro`, for sqlite) without encoding them.
    """
    return runtime_directory(settings) / "stack"


def superuser_url(settings: Settings) -> str:
    """Returns the superuser's URL of the stack's Postgres. The password stays in a file that only this user can read.

    https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS: values are percent-encoded.
    """
    passfile = quote(os.fsencode(password_file(settings)), safe="/")
    return f"postgresql://postgres@127.0.0.1:{settings.postgres_port}/postgres?passfile={passfile}"


def password_file(settings: Settings) -> Path:
    """Returns the path of the file with the password, in libpq's format.

    https://www.postgresql.org/docs/18/libpq-pgpass.html
    """
    return settings.directory / "pgpass"


def console_token_file(settings: Settings) -> Path:
    """Returns the path of the file with the token of the console's link. Only this user can read it."""
    return settings.directory / "console-token"


def console_token(settings: Settings) -> str:
    """Returns the token of the console's link. It stays the same, so that an open page survives a restart."""
    path = console_token_file(settings)
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(32) + "\n", mode=0o600)
    return path.read_text(encoding="ascii").strip()


def saved_state(settings: Settings) -> Path:
    """Returns the folder of LocalStack's saved state. Only this user can read it."""
    return settings.directory / "saved-state"


def environment(settings: Settings) -> dict[str, str]:
    """Returns the environment of every process of the stack. It does not depend on the shell.

    The processes have their caches in the stack's folder.
    """
    (settings.directory / "home").mkdir(exist_ok=True)
    return shell.of_stack(plain_directory(settings) / "home", runtime_directory(settings)) | {
        MARKER: str(settings.directory)
    }


def write(settings: Settings) -> Path:
    """Writes the configuration, the scripts and the link. Returns the configuration's path."""
    (settings.directory / SCRIPTS).mkdir(exist_ok=True)
    plain_directory(settings).unlink(missing_ok=True)
    plain_directory(settings).symlink_to(settings.directory)
    for path, content in _files(settings).items():
        path.touch(mode=0o700)
        path.write_bytes(content)
    return settings.directory / CONFIGURATION


def are_written(settings: Settings) -> bool:
    """Returns whether the written files are the same as `write` would write now."""
    return all(path.exists() and path.read_bytes() == content for path, content in _files(settings).items())


def _files(settings: Settings) -> dict[Path, bytes]:
    sections, files = [_head(settings)], {}
    for name, (command, further, stop_signal) in _programs(settings).items():
        files[settings.directory / SCRIPTS / name] = os.fsencode(script_of(command, further))
        sections.append(_program(name, stop_signal))
    return files | {settings.directory / CONFIGURATION: os.fsencode("\n".join(sections))}


def script_of(command: list[str], variables: dict[str, str]) -> str:
    """Returns a script that replaces itself by `command`, so that the process id stays.

    The command inherits the supervisor's own variables.
    """
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
    """Returns for each process's name the command, the command's further variables, and the signal that ends it."""
    found = {
        POSTGRES: (_postgres_command(settings), {}, "INT"),
        EMULATOR: (_emulator_command(), _emulator_variables(settings), "TERM"),
    }
    for name, port in zip(agent_names(settings), settings.service_ports, strict=True):
        found[name] = (_agent_command(settings, SERVICE_TASKS, port), {}, "TERM")
    # The command of the task definition names `python`, which is on the PATH of the image.
    of_image = {"PATH": f"{VENVS / 'service' / 'bin'}{os.pathsep}{environment(settings)['PATH']}"}
    found[MIGRATIONS] = (_agent_command(settings, MIGRATION_TASKS, NO_PORT), of_image, "TERM")
    found[CONSOLE] = (gate_command(settings), pointed_at(settings.edge_url), "TERM")
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
        "OVERRIDE_IN_DOCKER": "0",  # otherwise two stacks in one container would share /tmp/localstack
        "FILESYSTEM_ROOT": str(plain_directory(settings) / "localstack"),
        "DISABLE_EVENTS": "1",  # no usage report leaves the machine
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        # The environment may be a link to another clone's, whose plug-ins are installed in it.
        "PYTHONPATH": str(REPOSITORY / PACKAGE / "src"),
        "DNS_ADDRESS": "0",
        "EAGER_SERVICE_LOADING": "0",
        "MALLOC_ARENA_MAX": "2",  # the default is up to 8 heaps per core, which never shrink
        "MALLOC_TRIM_THRESHOLD_": "131072",  # glibc's first value; a set value stays fixed
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


def _agent_command(settings: Settings, group: str, port: int) -> list[str]:
    return [
        sys.executable,
        str(REPOSITORY / AGENT / "agent.py"),
        "--emulator",
        settings.edge_url,
        "--group",
        group,
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


def console_command(settings: Settings) -> list[str]:
    """Returns the command of the console itself."""
    return [
        *(sys.executable, "-m", "operations.console"),
        *("--outputs", str(settings.directory / "outputs.json"), "--port", str(settings.console_port)),
        *("--stack", settings.name, "--cache", str(settings.directory / "console-cache")),
        *("--token-file", str(console_token_file(settings))),
        *_person(),
    ]


def _person() -> list[str]:
    """Returns the option for who acts: this user, by the system's list. The processes' environment has another name."""
    try:
        return ["--by", pwd.getpwuid(os.getuid()).pw_name]
    except KeyError:
        return []


def gate_command(settings: Settings, address: str = "127.0.0.1") -> list[str]:
    """Returns the command of the gate, which listens at this address and starts the console."""
    gate = [sys.executable, "-S", "-E", str(REPOSITORY / "local" / "launcher" / "console_gate.py")]
    idle = ["--idle-seconds", str(CONSOLE_IDLE_SECONDS)]
    return [*gate, address, str(settings.console_port), *console_command(settings), *idle]
