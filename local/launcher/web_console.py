"""Starts the console of a local stack, and prints its link.

In the embedded mode the supervisor has it: `local/launcher/console_gate.py` listens, and starts it when it is opened.
In compose mode the container `deploy` has it. In docker mode `make console` runs it on this machine until Ctrl-C ends
it.
"""

import os

from local.front.compose import MODE as COMPOSE
from local.launcher import programs
from local.launcher.engines import engine_of
from local.launcher.guard import local_only
from local.launcher.hints import make
from local.launcher.settings import CONSOLE, Settings
from local.observe.running import load
from operations.console.address import link


def address(settings: Settings) -> str:
    """Returns the link, or the command that starts the console where nothing else does."""
    if settings.mode == COMPOSE or CONSOLE in engine_of(settings).states():
        return link(settings.console_port, programs.console_token(settings))
    return f"`{make('console', settings.name)}` starts it"


def console(settings: Settings) -> int:
    """Prints the link of the console, or of the page of `ALARM`. In docker mode, runs it until Ctrl-C."""
    stack = load(settings.name)
    alarm = os.environ.get("ALARM", "")
    page = f"/alarms/{alarm}" if alarm else ""
    where = link(stack.settings.console_port, programs.console_token(stack.settings), page)
    if stack.settings.mode == COMPOSE or CONSOLE in engine_of(stack.settings).states():
        engine_of(stack.settings).start_console()
        print(f"The console: {where}")
        return 0
    command = programs.console_command(stack.settings)
    environment = local_only(stack.edge_url)
    print(f"The console: {where}\nCtrl-C ends it.", flush=True)
    os.execve(command[0], [*command, "--quiet"], environment)  # noqa: S606  no shell is wanted
    return 1
