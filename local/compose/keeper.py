"""Keeps the stack of `docker compose up` complete: `python -m local.compose.keeper`.

LocalStack may restart without its saved state. Then it has another session. This process notices it and runs `make up`
again. The container is healthy while the stack is complete, so that `docker compose up --wait` returns then. The
process does not end, because a service that ends with success would fail `--wait`:
https://github.com/docker/compose/issues/10596.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artifacts.environments import python_of
from artifacts.user_shell import SHELL
from local.launcher import identity
from local.launcher.settings import REPOSITORY, Settings

COMPLETE = Path("/tmp/stack-is-complete")  # noqa: S108 -- in the container's own file system, for its health check
LOOK_SECONDS = 2.0
UP = [sys.executable, "-E", "-s", "-X", "utf8", "-m", "local", "up"]
"""This is the command that `make up` runs."""


class Stopped(BaseException):
    """Docker asked this process to end."""


def main() -> int:
    """Returns 0 after a stop, else the exit code of the `make up` that failed."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return keep(Settings.from_environment())
    except (Stopped, KeyboardInterrupt):
        return 0


def keep(settings: Settings) -> int:
    """Sets the stack up for each session of its LocalStack. Returns only if that fails."""
    while True:
        COMPLETE.unlink(missing_ok=True)
        if code := _up():
            return code
        if (session := _session(settings)) is None:
            continue
        with _console():
            COMPLETE.touch()
            while _session(settings) in (session, None):
                time.sleep(LOOK_SECONDS)
        print("\nLocalStack has restarted without its saved state: the stack is set up again.", flush=True)


def _session(settings: Settings) -> str | None:
    """Returns LocalStack's session, or None while it does not answer."""
    answer = identity.ask(settings)
    return answer.session if answer else None


def _up() -> int:
    """Runs `make up` and returns its exit code. On a stop, Terraform finishes its present calls and saves its state."""
    with subprocess.Popen(UP, cwd=REPOSITORY, env=SHELL) as process:  # the environment that `make` would pass on
        try:
            return process.wait()
        except Stopped:
            process.terminate()
            process.wait()
            raise


@contextmanager
def _console() -> Iterator[None]:
    """Runs the console of the stack that is up. It reads the stack's outputs, so each session has its own."""
    command = [str(python_of("project")), "-E", "-s", "-X", "utf8", "-m", "local.compose.console"]
    with subprocess.Popen(command, cwd=REPOSITORY, env=SHELL) as process:
        try:
            yield
        finally:
            process.terminate()


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
