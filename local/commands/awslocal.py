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
    # Without this option, the command line takes AWS's own address for SQS, also where AWS_ENDPOINT_URL names another:
    # https://github.com/aws/aws-cli/blob/v1/awscli/customizations/overridesslcommonname.py
    command = [sys.executable, "-P", "-m", "awscli", "--endpoint-url", stack.edge_url, *sys.argv[1:]]
    environment = {name: value for name, value in environment.items() if not name.startswith("PYTHON")}
    os.execve(sys.executable, command, environment | {"AWS_PAGER": ""})  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(run_tool(run))
