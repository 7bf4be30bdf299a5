"""Runs a command that gets the stack's settings, with the project's Python: `python -m local.run COMMAND`.

`local/front/commands.py` has the table of commands. It starts this module after it has checked the values and made the
Python environments.
"""

import os
import signal
import sys
from functools import partial
from pkgutil import resolve_name

from artifacts import locks
from local import shell
from local.front.commands import COMMANDS, Of
from local.launcher import orphans, record
from local.launcher.failures import guarded
from local.launcher.hints import make
from local.launcher.settings import Settings


def main(arguments: list[str]) -> int:
    """Returns the command's exit code, or 130 if the command was interrupted."""
    names = [name for name, command in COMMANDS.items() if ":" in command.target]
    if len(arguments) != 1 or arguments[0] not in names:
        print(f"usage: python -m local.run {{{','.join(names)}}}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # SIGTERM ends the command in order, as Ctrl-C does
    name = os.environ.get("STACK") or Settings.name
    try:
        return guarded(partial(_run, arguments[0]), name, partial(_tell, arguments[0]))
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the whole group has got the signal, and make sends it again
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(
            f"\nmake {arguments[0]} was interrupted. The stack's processes still run: "
            f"`{make('up', name)}` continues, `{make('down', name)}` ends them."
        )
        return 130


def _run(name: str) -> int:
    """Runs the command with its stack's settings. They are read last: the command before may have recorded them."""
    command, stack = COMMANDS[name], Settings.from_environment()
    work = resolve_name(command.target)
    if command.of is Of.NO_STACK:
        return int(work(stack))
    if command.of is Of.STACK:
        return int(work(record.settle()))
    with locks.held(stack.directory.parent / f"{stack.name}.lock", make(name, stack.name)):
        settings = record.settle()
        for ended in orphans.end_orphans(settings):
            print(f"Ended {ended}, which a killed command had left running.")
        return int(work(settings))


def _tell(command: str, why: str) -> None:
    print(f"\nmake {command}: {why}", file=sys.stderr)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
