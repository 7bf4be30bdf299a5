"""`make report` writes the stored report of a day (`DATE`) to a file, or makes the report of a month (`MONTH`)."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.console import run_tool
from local.launcher.settings import SettingsError
from local.observe.running import RunningStack, load
from operations.report import ERRORS, Reports, add_arguments, asked_of, write_report


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.report", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, console: Console) -> int:
    try:
        return write_report(
            reports_of(load(options.stack)), asked_of(options), partial(console.print, markup=False, soft_wrap=True)
        )
    except ERRORS as error:
        raise SettingsError(str(error)) from error


def reports_of(stack: RunningStack) -> Reports:
    """Returns the reports of a local stack."""
    return Reports(stack.client("s3"), stack.outputs["enriched_bucket"])


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
