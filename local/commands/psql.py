"""`make psql` opens the stack's energy database in psql, as the role that owns it.

`SQL="select 1"` runs one command. A script on the standard input runs as a whole. Both stop at the first error. The
password comes from the stack's Secrets Manager. It goes to psql in a file that only this user can read.
https://www.postgresql.org/docs/18/libpq-pgpass.html
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rich.console import Console

from artifacts import user_shell
from local import shell
from local.commands.console import run_tool
from local.launcher.run_postgres import binaries
from local.observe.running import NotRunningError, load

_KEPT = ("HOME", "PATH", "TERM", "LANG", "PAGER", "EDITOR", "VISUAL", "COLUMNS", "LINES", "TMPDIR")
_KEPT_PREFIXES = ("LC_", "PSQL_", "LESS")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.psql", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    return run_tool(partial(_run, parser.parse_args(arguments)))


def _run(options: argparse.Namespace, _console: Console) -> int:
    program = psql()
    stack = load(options.stack)
    secret = json.loads(
        stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["database_secret_arn"])["SecretString"]
    )
    where = ("127.0.0.1", str(stack.settings.postgres_port), str(stack.outputs["database_name"]), secret["username"])
    with tempfile.TemporaryDirectory(prefix="energy-psql-") as folder:  # the folder has mode 0700
        password_file = Path(folder) / "pgpass"
        password_file.touch(mode=0o600)
        password_file.write_text(":".join(map(_escaped, (*where, secret["password"]))) + "\n")
        command = [str(program), *arguments(where, os.environ.get("SQL", ""), interactive=sys.stdin.isatty())]
        return _wait(command, environment(user_shell.SHELL) | {"PGPASSFILE": str(password_file)})


def psql() -> Path:
    """Returns the wheel's psql, whose version is the server's, else this machine's. Raises `NotRunningError`."""
    own = binaries() / "psql"
    found = str(own) if own.exists() else shutil.which("psql")
    if found is None:
        raise NotRunningError("psql is not on this machine: install your system's postgresql-client")
    return Path(found)


def arguments(where: tuple[str, str, str, str], sql: str, *, interactive: bool) -> list[str]:
    """Returns psql's arguments. A script from `SQL` or the standard input stops at an error and reads no `.psqlrc`."""
    host, port, database, user = where
    connection = ["-h", host, "-p", port, "-d", database, "-U", user, "-w"]
    script = ["-X", "-v", "ON_ERROR_STOP=1"]
    if sql:
        return [*connection, *script, "-c", sql]
    return connection if interactive else [*connection, *script]


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Returns the shell's variables for psql, without libpq's, which could lead psql to another database."""
    return {name: value for name, value in given.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}


def _wait(command: list[str], variables: dict[str, str]) -> int:
    """Runs psql and returns its exit code. Ctrl-C ends a statement in psql, but not this process.

    This process must delete the password afterwards.
    """
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with subprocess.Popen(command, env=variables, preexec_fn=_take_interrupts) as process:  # noqa: PLW1509 -- one thread
            return process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _take_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(":", "\\:")


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
