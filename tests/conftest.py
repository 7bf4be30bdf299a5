"""Every test runs without the shell's variables, so that no variable can steer a library or a program."""

import os
import sys

import pytest

from artifacts import user_shell
from local import shell

# Settings of tests alone; the stack's are in `shell.SETTINGS`.
_OWN = ("INTEGRATION_EDGE_URL", "INTEGRATION_POSTGRES_URL", "GENERATED_CALLS", "GENERATED_CALLS_SEED")
_TOOLS = ("PYTEST_", "COV_", "COVERAGE_")  # pytest's own, and those of a coverage measured over it

if sys.flags.optimize:
    raise pytest.UsageError("PYTHONOPTIMIZE takes the assertions out of the tests: unset it")

shell.keep_out(*_OWN, *user_shell.DOCKER, *(name for name in os.environ if name.startswith(_TOOLS)))
