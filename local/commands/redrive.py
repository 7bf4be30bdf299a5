"""`make redrive` re-queues the dead letters of a local stack (`operations.redrive`), after you fixed the cause."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.console import run_tool
from local.observe.running import load
from operations.redrive import System, redrive


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.redrive", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, console: Console) -> int:
    stack = load(options.stack)
    system = System(stack.client("sqs"), stack.client("stepfunctions"), stack.outputs)
    return redrive(system, partial(console.print, markup=False, soft_wrap=True))


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
