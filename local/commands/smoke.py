"""`make smoke` tries a local stack through its API, as `operations.smoke` tries a deployment on AWS."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.console import run_tool
from local.launcher.errors import ExpectedError
from local.observe.running import load
from operations.smoke import EXPECTED, add_number, run


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.smoke", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    add_number(parser)
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, _console: Console) -> int:
    stack = load(options.stack)
    try:
        return run(stack.outputs, stack.client("dynamodb"), options.number)
    except EXPECTED as error:
        raise ExpectedError(str(error)) from error


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
