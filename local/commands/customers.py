"""`make customers` creates, imports, changes, deactivates and exports the customers of a local stack."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.console import run_tool
from local.launcher.errors import ExpectedError
from local.observe.running import load
from operations.customers import EXPECTED, act, add_actions


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.customers", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    add_actions(parser)
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, _console: Console) -> int:
    stack = load(options.stack)
    try:
        return act(options, stack.client("dynamodb"), stack.outputs)
    except EXPECTED as error:
        raise ExpectedError(str(error)) from error


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
