"""Postgres' own programs, where the emulator has them: `EMULATOR_POSTGRES_PROGRAMS` is their folder."""

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
    """Whether this emulator can run servers of its own and copy them."""
    return (_folder() / "postgres").exists()


def command(program: str, *arguments: str) -> list[str]:
    """To be run with `environment()`. Raises `NotPossibleError` that names what is missing."""
    if not available():
        raise NotPossibleError(f"{PROGRAMS_VARIABLE} names no folder of Postgres programs")
    return [sys.executable, "-I", str(_RUN), str(_folder() / program), *arguments]


def _folder() -> Path:
    return Path(os.environ.get(PROGRAMS_VARIABLE) or "/nowhere")


def environment() -> dict[str, str]:
    """Of the emulator's own, what a program needs to run at all: libpq and Postgres read dozens of other variables."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def run(program: str, *arguments: str, lines: str | None = None) -> None:
    """Wait for it. Raises `NotPossibleError` with what it said."""
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
