"""Runs Postgres' own programs from the folder `EMULATOR_POSTGRES_PROGRAMS`."""

import os
import subprocess
import sys
from pathlib import Path

from localstack_dockerless.services.rds.postgres import NotPossibleError

PROGRAMS_VARIABLE = "EMULATOR_POSTGRES_PROGRAMS"
# A launcher finds the servers that outlive LocalStack by the last variable.
_INHERITED = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "EMULATOR_STACK")
_RUN = Path(__file__).with_name("run_program.py")


def available() -> bool:
    """Tells whether this emulator can run its own servers and copy them."""
    return (_folder() / "postgres").exists()


def command(program: str, *arguments: str) -> list[str]:
    """Returns the command, to be run with `environment()`. Raises `NotPossibleError` with the missing variable."""
    if not available():
        raise NotPossibleError(f"{PROGRAMS_VARIABLE} names no folder of Postgres programs")
    return [sys.executable, "-I", str(_RUN), str(_folder() / program), *arguments]


def _folder() -> Path:
    return Path(os.environ.get(PROGRAMS_VARIABLE) or "/nowhere")


def environment() -> dict[str, str]:
    """Returns the environment of a program.

    Of the emulator's own environment it has only the variables that any program needs: libpq and Postgres read dozens
    of variables.
    """
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def run(program: str, *arguments: str, lines: str | None = None) -> None:
    """Runs a program and waits for it. Raises `NotPossibleError` with its error."""
    done = subprocess.run(
        command(program, *arguments),
        env=environment(),
        input=lines,
        stdin=None if lines is not None else subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise NotPossibleError(f"{program} failed: {(done.stderr or done.stdout).strip()}")
