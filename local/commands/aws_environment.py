"""`make env` and `make shell` give an environment whose AWS clients reach one stack and nothing else.

The environment holds only dummy credentials. It has none of the shell's variables that could lead a client to an AWS
account: a profile, a role, an endpoint of a single service.
"""

import argparse
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from rich.console import Console

from artifacts import user_shell
from local import shell
from local.commands.console import run_tool
from local.launcher.guard import pointed_at
from local.observe.running import RunningStack, load

PROGRAMS = Path(__file__).resolve().parents[1] / "bin"
"""This folder holds `aws` and `awslocal`. It comes first on the PATH."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.aws_environment", description=__doc__)
    parser.add_argument("action", choices=("env", "shell"))
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    return run_tool(partial(_run, parser.parse_args(arguments)))


def _run(options: argparse.Namespace, _console: Console) -> int:
    stack = load(options.stack)
    if options.action == "env":
        print("\n".join(lines(stack, user_shell.SHELL)))
        return 0
    return _shell(stack)


def client_environment(stack: RunningStack, environment: Mapping[str, str]) -> dict[str, str]:
    """Returns `environment` with variables that point AWS clients at the stack, and with `PROGRAMS` on the PATH."""
    path = f"{PROGRAMS}{os.pathsep}{environment.get('PATH', os.defpath)}"
    kept = {name: value for name, value in environment.items() if not name.startswith(("AWS_", "BOTO_"))}
    return kept | _pointers(stack) | {"PATH": path}


def lines(stack: RunningStack, environment: Mapping[str, str]) -> list[str]:
    """Returns the lines that give a POSIX shell `client_environment`. No line depends on an earlier one."""
    pointers = _pointers(stack)
    astray = sorted(name for name in environment if name.startswith(("AWS_", "BOTO_")) and name not in pointers)
    unset = [f"unset {name}" for name in astray if name.isidentifier()]
    exports = [f"export {name}={shlex.quote(value)}" for name, value in sorted(pointers.items())]
    return [*unset, *exports, f'export PATH={shlex.quote(str(PROGRAMS))}:"$PATH"']


def _pointers(stack: RunningStack) -> dict[str, str]:
    return pointed_at(stack.edge_url) | {"STACK": stack.name}


def _shell(stack: RunningStack) -> int:
    program = user_shell.SHELL.get("SHELL") or "/bin/sh"
    interactive = sys.stdin.isatty()
    if interactive:
        print(f"AWS clients of this shell (aws, awslocal, boto3) reach only the stack {stack.name!r}; `exit` ends it.")
    try:
        code = subprocess.run([program], env=client_environment(stack, user_shell.SHELL), check=False).returncode
    except OSError as error:
        print(f"SHELL={program} cannot be started: {error.strerror}. Set SHELL to another program", file=sys.stderr)
        return 1
    return 0 if interactive else code  # a failure of the user's last command is no failure of `make`


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
