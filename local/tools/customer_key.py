"""`make customer-key NUMBER=... rotate`: a customer's API keys on a local stack (`operations.customer_key`)."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.stack.running import load
from local.tools.console import run_tool
from operations.customer_key import add_arguments, perform


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make customer-key", usage="make customer-key NUMBER=1000000001 ACTION")
    add_arguments(parser)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help=argparse.SUPPRESS)
    return run_tool(partial(_run, parser.parse_args(arguments)))


def _run(options: argparse.Namespace, _console: Console) -> int:
    stack = load(options.stack)
    return perform(options.action, options.number, stack.client("dynamodb"), stack.outputs)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
