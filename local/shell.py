"""Decides which variables reach the processes of a stack and this project's own commands. Standard library only.

    of_stack()         Postgres, LocalStack, the agents: nothing of the shell, so that every shell starts the same stack
    launching()        another command of this project, which makes its own choice of all this again
    keep_out()         this process itself

`artifacts/user_shell.py` has the environments of every other program.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from artifacts.user_shell import DOCKER, SAME_FOR_ALL, SHELL, SYSTEM_PATH, chosen, local, pip
from local.front.values import NAMES

# `local.front` hands them to a command, with what it found in `.env`.
SETTINGS = (*sorted(NAMES), "ACTION", "SETTINGS_FROM_FILE")
TERRAFORM = ("TF_PLUGIN_MIRROR", "TF_CLI_CONFIG_FILE")


def of_stack(home: Path, scratch: Path) -> dict[str, str]:
    """The whole environment of a process that outlives the command. `home` holds its caches, `scratch` is short."""
    return SAME_FOR_ALL | {"PATH": SYSTEM_PATH, "HOME": str(home), "TMPDIR": str(scratch)}


def launching(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """For another command of this project: everything that one of these functions passes on."""
    given = chosen((*SETTINGS, *DOCKER, *TERRAFORM), shell)
    return given | pip(shell)


def keep_out(*further: str) -> None:
    """Take all out of this process's own environment but what `local`, the settings and `further` names allow.

    Libraries read it, and a subprocess inherits it.
    """
    kept = chosen((*SETTINGS, *further), SHELL) | local(SHELL)
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(kept)
    tempfile.tempdir = None  # Python chose one by the variables that were there before
