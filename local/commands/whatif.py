"""`make whatif` replays published days with the parameters of `CHECKS`, and says which alarms would be new and gone."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from domain.findings import Parameters
from local import shell
from local.commands.console import progress_bar, run_tool
from local.front.arguments import calendar
from local.launcher.settings import SettingsError
from local.observe.running import RunningStack, load
from operations.candidate_checks import CandidateError, read_candidate
from operations.days import DaysError, asked_days
from operations.judged_days import PublishedDays
from operations.whatif import ERRORS, replay
from operations.whatif_report import show


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.whatif", description=__doc__)
    parser.add_argument("--checks", type=Path, required=True, help="a TOML file with other parameters")
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD", help="the first day")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM-DD", help="the last day")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    try:
        parameters = read_candidate(options.checks)
    except CandidateError as error:
        print(f"CHECKS is refused: {error}", file=sys.stderr)
        return 2
    return run_tool(partial(_run, options, parameters), options.stack)


def _run(options: argparse.Namespace, parameters: Parameters, console: Console) -> int:
    try:
        days = asked_days(calendar(), "", options.first, options.last, ("DATE", "FROM", "TO"))
        stack = load(options.stack)
        with (
            PublishedDays.opened(stack.client("s3"), *places(stack)) as published,
            progress_bar(console, "Days", len(days)) as advance,
        ):
            report = replay(published, days, parameters, lambda _day: advance())
    except (DaysError, *ERRORS) as error:
        raise SettingsError(str(error)) from error
    show(report, console, as_json=options.json)
    return 0


def places(stack: RunningStack) -> tuple[str, str]:
    """Returns the enriched bucket and the time zone of a local stack."""
    return stack.outputs["enriched_bucket"], stack.outputs["time_zone"]


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
