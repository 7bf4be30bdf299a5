"""`make preflight` checks a local stack as `operations.preflight` checks AWS, with the values of local.tfvars."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from artifacts.packages import machine
from artifacts.paths import REPOSITORY
from artifacts.tfvars import ENVIRONMENTS
from local import shell
from local.commands.console import run_tool
from local.launcher.settings import SettingsError
from local.observe.running import load
from local.rehearsal.deployment import UNANSWERED
from operations.preflight import CHECKS, report
from operations.preflight_lines import Needs, lines
from operations.tfvars import TfvarsError, read_tfvars


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.preflight", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options.stack), options.stack)


def _run(name: str, console: Console) -> int:
    stack, tfvars = load(name), ENVIRONMENTS / "local.tfvars"
    try:
        values = read_tfvars(tfvars)
    except TfvarsError as error:
        raise SettingsError(str(error)) from error
    values["cpu_architecture"] = machine()
    values["admin_email"] = stack.settings.admin_email
    values["customer_notifications"] = stack.settings.customer_notifications
    needs = Needs(values, tfvars, REPOSITORY, stack.client, stack.outputs, UNANSWERED)
    return report(lines(CHECKS, needs), partial(console.print, markup=False, soft_wrap=True))


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
