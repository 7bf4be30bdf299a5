"""`make published` lists a day's publications, verifies one (`NUMBER`, or the newest), and keeps its parts in `TO`."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from domain.publications import InvalidPublicationError
from local import shell
from local.commands.console import run_tool
from local.front.arguments import calendar
from local.launcher.settings import SettingsError
from local.observe.running import RunningStack, load
from operations.days import DaysError, asked_days
from operations.published import Archive, PublishedError, show_published


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.published", description=__doc__)
    parser.add_argument("--date", required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--number", type=int, default=0, help="default: the newest")
    parser.add_argument("--to", type=Path, help="a folder for the parts")
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, console: Console) -> int:
    try:
        (day,) = asked_days(calendar(), options.date, "", "", ("DATE", "FROM", "TO"))
        tell = partial(console.print, markup=False, soft_wrap=True)
        return show_published(archive_of(load(options.stack)), day, options.number, options.to, tell)
    except (DaysError, PublishedError, InvalidPublicationError) as error:
        raise SettingsError(str(error)) from error


def archive_of(stack: RunningStack) -> Archive:
    """Returns the publications of a local stack."""
    return Archive(stack.client("s3"), stack.outputs["exported_bucket"], stack.outputs["enriched_bucket"])


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
