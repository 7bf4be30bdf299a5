"""`make alarms` lists the alarms, acknowledges one (`ACKNOWLEDGE`), or clears one (`CLEAR`, with a `REASON`)."""

import argparse
import os
import sys
from functools import partial

from rich.console import Console

from domain.alarms import IllegalMoveError
from domain.metering_points import InvalidMeteringPointError
from domain.pipeline_dates import InvalidDate
from local import shell
from local.commands.console import run_tool
from local.launcher.settings import SettingsError
from local.observe.running import RunningStack, load
from operations.alarms import AlarmDesk, AlarmsError, act, add_actions


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.alarms", description=__doc__)
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    add_actions(parser)
    options = parser.parse_args(arguments)
    return run_tool(partial(_run, options), options.stack)


def _run(options: argparse.Namespace, console: Console) -> int:
    try:
        return act(desk_of(load(options.stack)), options, partial(console.print, markup=False, soft_wrap=True))
    except (AlarmsError, IllegalMoveError, InvalidDate, InvalidMeteringPointError) as error:
        raise SettingsError(str(error)) from error


def desk_of(stack: RunningStack) -> AlarmDesk:
    """Returns the alarms of a local stack."""
    outputs = stack.outputs
    return AlarmDesk(stack.client("dynamodb"), stack.client("sqs"), outputs["alarms_table"], outputs["alarm_queue_url"])


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
