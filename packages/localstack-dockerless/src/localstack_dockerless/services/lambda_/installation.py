"""Finds the Lambda runtime that is installed: the interpreter of EMULATOR_LAMBDA_PYTHON."""

import os
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VARIABLE = "EMULATOR_LAMBDA_PYTHON"
PROBE = (
    "import sys, sysconfig, awslambdaric; "
    "print(f'python{sys.version_info.major}.{sys.version_info.minor}'); print(sysconfig.get_path('stdlib'))"
)


class NoRuntimeError(Exception):
    """There is no usable runtime. The message names the missing part."""


@dataclass(frozen=True)
class Installation:
    """Describes the runtime in Lambda's words, such as "python3.13"."""

    python: Path
    runtime: str
    standard_library: Path


@cache
def installation() -> Installation:
    """Starts the interpreter once and reads its facts. Raises `NoRuntimeError`."""
    value = os.environ.get(VARIABLE)
    if not value:
        raise NoRuntimeError(f"{VARIABLE} is not set: it names the Python of the Lambda runtime's environment")
    try:
        probe = subprocess.run([value, "-c", PROBE], capture_output=True, text=True, check=True, env={}, timeout=60)
    except subprocess.CalledProcessError as error:
        raise NoRuntimeError(f"{VARIABLE}={value} has no awslambdaric: {error.stderr.strip()}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoRuntimeError(f"{VARIABLE}={value} cannot be started: {error}") from error
    runtime, standard_library = probe.stdout.splitlines()
    return Installation(Path(value), runtime, Path(standard_library))


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
