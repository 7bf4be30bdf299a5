"""`make query` runs a statement (`SQL`) or a saved query (`NAME`) in the stack's Athena. Without both it lists them."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from domain.pipeline_dates import InvalidDate
from local import shell
from local.commands.console import run_tool
from local.launcher.settings import SettingsError
from local.observe.running import RunningStack, load
from operations.console.data.athena import Athena
from operations.query import add_options, athena_of, query
from operations.query_run import QueryError


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.query", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    add_options(parser)
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, _console: Console) -> int:
    try:
        # A result goes to programs too, so nothing may fold or colour its lines.
        query(queries_of(load(options.stack)), options, print, partial(print, file=sys.stderr))
    except (QueryError, InvalidDate) as error:
        raise SettingsError(str(error)) from error
    return 0


def queries_of(stack: RunningStack) -> Athena:
    """Returns the workgroup of a local stack."""
    return athena_of(stack.client("athena"), stack.client("glue"), stack.outputs)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
