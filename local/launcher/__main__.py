"""`python -m local.launcher COMMAND`: what the Makefile calls. `python -m local.launcher` lists the commands."""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial

from artifacts import locks
from local import shell
from local.commands import audit, lock, package, push, testing
from local.launcher import doctor, lifecycle, orphans, record, report
from local.launcher.failures import guarded
from local.launcher.hints import make
from local.launcher.settings import Settings

COMMANDS: dict[str, Callable[[Settings], int]] = {
    "audit": audit.audit,
    "lock": lock.lock,
    "up": lifecycle.up,
    "deploy": lifecycle.deploy,
    "start": lifecycle.start,
    "stop": lifecycle.stop,
    "down": lifecycle.down,
    "clean": lifecycle.clean,
    "package": package.package,
    "plan": lifecycle.plan,
    "push": push.push,
    "status": report.status,
    "logs": report.logs,
    "doctor": doctor.doctor,
    "check": testing.check,
    "test": testing.test,
    "test-e2e": testing.test_end_to_end,
    "test-faults": testing.test_faults,
}
_ALONE = {"up", "deploy", "start", "stop", "down", "clean", "plan"}
"""Two of these at once on one stack would get in each other's way."""

_OF_A_STACK = _ALONE | {"status", "logs", "push"}
"""The others work on no stack that is made."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python -m local.launcher {{{','.join(COMMANDS)}}}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways of being stopped end it in order
    name = os.environ.get("STACK") or Settings.name
    try:
        return guarded(partial(_run, arguments[0]), name, partial(_tell, arguments[0]))
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # make hands on what the whole group has got already
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print(
            f"\nmake {arguments[0]} was interrupted; what runs goes on: "
            f"`{make('up', name)}` continues, `{make('down', name)}` ends it"
        )
        return 130


def _run(command: str) -> int:
    """The command with its stack's settings, which may have been recorded by the command that it waited for."""
    stack = Settings.from_environment()
    if command not in _OF_A_STACK:
        return COMMANDS[command](stack)
    if command not in _ALONE:
        return COMMANDS[command](record.settle())
    with locks.held(stack.directory.parent / f"{stack.name}.lock", make(command, stack.name)):
        settings = record.settle()
        for ended in orphans.end_orphans(settings):
            print(f"Ended {ended}, which a killed command had left at work.")
        return COMMANDS[command](settings)


def _tell(command: str, why: str) -> None:
    print(f"\nmake {command}: {why}", file=sys.stderr)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
