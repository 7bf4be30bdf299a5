"""`local/bin/awslocal` is the AWS command line for the stack that `STACK` names. It reaches no AWS account."""

import os
import sys

from rich.console import Console

from artifacts import user_shell
from local import shell
from local.commands.aws_environment import client_environment
from local.commands.console import run_tool
from local.front.commands import with_file
from local.launcher.settings import REPOSITORY, Settings
from local.observe.running import load


def run(_console: Console) -> int:
    """Replaces this process by the AWS command line. Raises an `ExpectedError` if the stack is not up."""
    stack = load(with_file(os.environ, REPOSITORY / ".env").get("STACK") or Settings.name)
    environment = client_environment(stack, user_shell.SHELL)
    command = [sys.executable, "-P", "-m", "awscli", *sys.argv[1:]]
    environment = {name: value for name, value in environment.items() if not name.startswith("PYTHON")}
    os.execve(sys.executable, command, environment | {"AWS_PAGER": ""})  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(run_tool(run))
