"""`python -m local.stack COMMAND`: what the Makefile calls. `python -m local.stack` lists the commands."""

import fcntl
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local import shell
from local.stack import audit, doctor, lifecycle, packages, push, report, testing
from local.stack.engines import EngineError
from local.stack.packages import PackagingError
from local.stack.processes import ProcessError
from local.stack.running import NotRunningError
from local.stack.settings import Settings, SettingsError
from local.stack.terraform import TerraformError

COMMANDS: dict[str, Callable[[Settings], int]] = {
    "audit": audit.audit,
    "up": lifecycle.up,
    "deploy": lifecycle.deploy,
    "down": lifecycle.down,
    "package": packages.package,
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
_ALONE = {"up", "deploy", "down"}  # two of these at once on one stack would get in each other's way
_EXPECTED = (
    audit.AuditError,
    lifecycle.StackError,
    EngineError,
    NotRunningError,
    PackagingError,
    ProcessError,
    push.PushError,
    SettingsError,
    TerraformError,
)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"usage: python -m local.stack {{{','.join(COMMANDS)}}}")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways of being stopped end it in order
    try:
        settings = Settings.from_environment()
        if arguments[0] in _ALONE:
            with _alone(settings):
                return COMMANDS[arguments[0]](settings)
        return COMMANDS[arguments[0]](settings)
    except _EXPECTED as error:
        print(f"\nmake {arguments[0]}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nmake {arguments[0]} was interrupted; what runs goes on: `make up` continues, `make down` ends it")
        return 130


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    settings.directory.mkdir(parents=True, exist_ok=True)
    with (settings.directory.parent / f"{settings.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise lifecycle.StackError(f"another command is working on stack {settings.name!r}: wait for it") from None
        yield


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
