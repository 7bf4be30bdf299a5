"""Finds the Lambda runtimes of this machine: the interpreter of EMULATOR_LAMBDA_PYTHON, and others on the PATH.

The environment of EMULATOR_LAMBDA_PYTHON has AWS's runtime interface client and the SDK. Other versions of Python use
the same packages, as far as they are written in Python (`runtime_calls.py`).
"""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VARIABLE = "EMULATOR_LAMBDA_PYTHON"
PROBE = (
    "import sys, sysconfig, awslambdaric.bootstrap; [__import__(name) for name in sys.argv[1:]]; "
    "print(f'python{sys.version_info.major}.{sys.version_info.minor}'); print(sysconfig.get_path('stdlib'))"
)
SDK = ("boto3",)
"""The packages of the runtime that another version of Python may be unable to import."""
_PYTHON = re.compile(r"python3\.\d+")


class NoRuntimeError(Exception):
    """There is no usable runtime. The message names the missing part."""


@dataclass(frozen=True)
class Installation:
    """Describes a runtime in Lambda's words, such as "python3.13". `packages` has the runtime's packages."""

    python: Path
    runtime: str
    standard_library: Path
    packages: Path


@cache
def installation() -> Installation:
    """Starts the interpreter of EMULATOR_LAMBDA_PYTHON once and reads its facts. Raises `NoRuntimeError`."""
    value = os.environ.get(VARIABLE)
    if not value:
        raise NoRuntimeError(f"{VARIABLE} is not set: it names the Python of the Lambda runtime's environment")
    try:
        return _probe(Path(value), site_packages(Path(value)))
    except subprocess.CalledProcessError as error:
        raise NoRuntimeError(f"{VARIABLE}={value} has no awslambdaric: {error.stderr.strip()}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoRuntimeError(f"{VARIABLE}={value} cannot be started: {error}") from error


@cache
def installation_of(runtime: str) -> Installation:
    """Returns the installation of a runtime such as "python3.11". Raises `NoRuntimeError` with the reason."""
    own = installation()
    if runtime == own.runtime:
        return own
    if not _PYTHON.fullmatch(runtime):
        raise NoRuntimeError("functions run on Python only")
    for candidate in _on_path(runtime):
        try:
            found = _probe(candidate, own.packages, *(each for each in SDK if (own.packages / each).exists()))
        except (OSError, subprocess.SubprocessError):
            continue
        if found.runtime == runtime:
            return found
    raise NoRuntimeError(f"no {runtime} on the PATH can load awslambdaric, and {VARIABLE} is {own.runtime}")


def missing(runtime: str) -> str | None:
    """Returns why a function cannot run on `runtime` here, or None."""
    try:
        installation_of(runtime)
    except NoRuntimeError as error:
        return str(error)
    return None


_LITTLE_CODE = 64 * 1024
"""Python compiles so many bytes within 20 ms. To start an interpreter that compiles them takes 80 ms."""


def compile_code(directory: Path) -> None:
    """Compiles every file to bytecode, unless there is so little code that each cold start can do it.

    A syntax error is left for the function's own initialization.
    """
    if sum(path.stat().st_size for path in directory.rglob("*.py")) <= _LITTLE_CODE:
        return
    command: list[str | Path] = [installation().python, "-m", "compileall", "-q", directory]
    subprocess.run(command, capture_output=True, check=False, env={})


def site_packages(python: Path) -> Path:
    """Returns the site-packages of the environment of `python`."""
    base = str(python.parent.parent)
    return Path(sysconfig.get_path("purelib", "posix_prefix", {"base": base, "platbase": base}))


def _probe(python: Path, packages: Path, *imports: str) -> Installation:
    probe = subprocess.run(
        [python, "-s", "-c", PROBE, *imports],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"},
        timeout=60,
    )
    runtime, standard_library = probe.stdout.splitlines()
    return Installation(python, runtime, Path(standard_library), packages)


def _on_path(name: str) -> Iterator[Path]:
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        candidate = Path(folder, name)
        if os.access(candidate, os.X_OK):
            yield candidate
