"""`make customer-key NUMBER=... rotate` manages a customer's API keys on a local stack (`operations.customer_key`)."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.console import run_tool
from local.launcher.hints import make
from local.observe.running import load
from operations.customer_key import add_arguments, perform


def main(arguments: list[str]) -> int:
    stack = os.environ.get("STACK") or "dev"
    usage = f"{make('customer-key', stack, NUMBER=1000000001)} ACTION"
    parser = argparse.ArgumentParser(prog=make("customer-key", stack), usage=usage)
    add_arguments(parser)
    parser.add_argument("--stack", default=stack, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, _console: Console) -> int:
    stack = load(options.stack)
    return perform(options.action, options.number, stack.client("dynamodb"), stack.outputs)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
