"""`make explain` explains an alarm out of published objects alone, and says whether it still holds."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from local import shell
from local.commands.alarms import desk_of
from local.commands.console import run_tool
from local.commands.whatif import places
from local.launcher.settings import SettingsError
from local.observe.running import load
from operations.alarms import AlarmsError
from operations.explain import FORM, Explainer, ExplainError, named_days
from operations.explanation import show
from operations.judged_days import PublishedDays
from operations.whatif import ERRORS


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.explain", description=__doc__)
    parser.add_argument("--alarm", required=True, help=FORM)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, console: Console) -> int:
    try:
        stack = load(options.stack)
        days = named_days(options.alarm, desk_of(stack))
        with PublishedDays.opened(stack.client("s3"), *places(stack)) as published:
            show(list(map(Explainer(published).explain, days)), console, as_json=options.json)
    except (AlarmsError, ExplainError, *ERRORS) as error:
        raise SettingsError(str(error)) from error
    return 0


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
