"""Keeps the stack of `docker compose up` set up: `python -m local.compose.keeper`.

LocalStack may start again without what it had saved: that is another session. This process sees it, and runs `make up`
again.
The container is healthy while the stack is complete, so that `docker compose up --wait` returns then. A service that
ends with success would fail `--wait`: https://github.com/docker/compose/issues/10596.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

from artifacts.user_shell import SHELL
from local.launcher import identity
from local.launcher.settings import REPOSITORY, Settings

COMPLETE = Path("/tmp/stack-is-complete")  # noqa: S108 -- in the container's own file system; its health check looks
LOOK_SECONDS = 2.0
UP = [sys.executable, "-E", "-s", "-X", "utf8", "-m", "local", "up"]
"""What `make up` runs."""


class Stopped(BaseException):
    """The engine asks this process to end."""


def main() -> int:
    """0 where it was stopped, else the exit code of the `make up` that failed."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        return keep(Settings.from_environment())
    except (Stopped, KeyboardInterrupt):
        return 0


def keep(settings: Settings) -> int:
    """Set the stack up for each session of its LocalStack. Returns only where that fails."""
    while True:
        COMPLETE.unlink(missing_ok=True)
        if code := _up():
            return code
        if (session := _session(settings)) is None:
            continue
        COMPLETE.touch()
        while _session(settings) in (session, None):
            time.sleep(LOOK_SECONDS)
        print("\nLocalStack has started again and holds nothing: the stack is set up again.", flush=True)


def _session(settings: Settings) -> str | None:
    """None while LocalStack does not answer."""
    answer = identity.ask(settings)
    return answer.session if answer else None


def _up() -> int:
    """The exit code of `make up`. Stopped, it lets Terraform finish what is under way and save its state."""
    with subprocess.Popen(UP, cwd=REPOSITORY, env=SHELL) as process:  # as `make` hands it on
        try:
            return process.wait()
        except Stopped:
            process.terminate()
            process.wait()
            raise


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
