"""Runs a command of the launcher for a stack, as `make` does."""

import os
import subprocess
import sys
from collections.abc import Mapping

from local.launcher.settings import REPOSITORY


def run_command(command: str, stack: str, variables: Mapping[str, str] | None = None) -> str:
    """Returns what the command printed. The command has to succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "local.run", command],
        cwd=REPOSITORY,
        env={**os.environ, "STACK": stack, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
