"""Runs Postgres' own programs: of the folder `EMULATOR_POSTGRES_PROGRAMS`, or of another major version.

Other major versions are found where Linux distributions install them, and on the PATH.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from localstack_dockerless.services.rds.postgres import NotPossibleError

PROGRAMS_VARIABLE = "EMULATOR_POSTGRES_PROGRAMS"
# A launcher finds the servers that outlive LocalStack by the last variable.
_INHERITED = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "EMULATOR_STACK")
_RUN = Path(__file__).with_name("run_program.py")
_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")
"""Folders of Debian's, Red Hat's and Postgres' own packages."""
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def available() -> bool:
    """Tells whether this emulator can run its own servers and copy them."""
    return (_folder() / "postgres").exists()


@cache
def installed() -> dict[int, Path]:
    """Returns the folder of the programs of each major version on this machine."""
    found: dict[int, Path] = {}
    for folder in _candidates():
        major = _major_of(folder)
        if major is not None:
            found.setdefault(major, folder)
    return found


@cache
def default_version() -> int | None:
    """Returns the major version of `EMULATOR_POSTGRES_PROGRAMS`. None: there is none."""
    return _major_of(_folder())


def command(program: str, *arguments: str, major: int | None = None) -> list[str]:
    """Returns the command, to be run with `environment()`. Raises `NotPossibleError` with the missing variable.

    `major` None is the version of `EMULATOR_POSTGRES_PROGRAMS`.
    """
    if major is None and not available():
        raise NotPossibleError(f"{PROGRAMS_VARIABLE} names no folder of Postgres programs")
    if major is not None and major not in installed():
        raise NotPossibleError(f"PostgreSQL {major} is not installed on this machine")
    folder = _folder() if major is None else installed()[major]
    return [sys.executable, "-I", str(_RUN), str(folder / program), *arguments]


def _candidates() -> Iterator[Path]:
    yield _folder()
    for place in _PLACES:
        yield from sorted(Path("/").glob(place))
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        yield (Path(folder) / "postgres").resolve().parent


def _major_of(folder: Path) -> int | None:
    if not all((folder / program).exists() for program in ("postgres", "initdb")):
        return None
    try:
        command = [str(folder / "postgres"), "--version"]
        shown = subprocess.run(command, check=False, capture_output=True, text=True, env=environment())
    except OSError:
        return None
    version = _VERSION.search(shown.stdout)
    return int(version[1]) if version else None


def _folder() -> Path:
    return Path(os.environ.get(PROGRAMS_VARIABLE) or "/nowhere")


def environment() -> dict[str, str]:
    """Returns the environment of a program.

    Of the emulator's own environment it has only the variables that any program needs: libpq and Postgres read dozens
    of variables.
    """
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"LC_ALL": "C.UTF-8"}


def run(program: str, *arguments: str, lines: str | None = None, major: int | None = None) -> None:
    """Runs a program and waits for it. Raises `NotPossibleError` with its error."""
    done = subprocess.run(
        command(program, *arguments, major=major),
        env=environment(),
        input=lines,
        stdin=None if lines is not None else subprocess.DEVNULL,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise NotPossibleError(f"{program} failed: {(done.stderr or done.stdout).strip()}")
