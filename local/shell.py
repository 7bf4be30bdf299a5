"""Decides which variables reach the processes of a stack and this project's own commands. Standard library only.

    of_stack()         for Postgres, LocalStack and the agents: no variable of the shell, so all shells start one stack
    launching()        for another command of this project, which makes its own choice of these variables
    keep_out()         for this process itself

`artifacts/user_shell.py` has the environments of all other programs.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from artifacts.user_shell import DOCKER, SAME_FOR_ALL, SHELL, SYSTEM_PATH, chosen, local, pip
from local.front.values import NAMES

# `local.front` passes these to a command, together with the values of `.env`.
SETTINGS = (*sorted(NAMES), "ACTION", "SETTINGS_FROM_FILE")
TERRAFORM = ("TF_PLUGIN_MIRROR", "TF_CLI_CONFIG_FILE")


def of_stack(home: Path, scratch: Path) -> dict[str, str]:
    """Returns the whole environment of a process that outlives the command.

    `home` is the folder for the process's caches. `scratch` is the folder for temporary files and has a short path.
    """
    return SAME_FOR_ALL | {"PATH": SYSTEM_PATH, "HOME": str(home), "TMPDIR": str(scratch)}


def launching(shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    """Returns the environment for another command of this project: every variable that a function here passes on."""
    given = chosen((*SETTINGS, *DOCKER, *TERRAFORM), shell)
    return given | pip(shell)


def keep_out(*further: str) -> None:
    """Deletes the variables of this process that neither `local` nor the settings nor `further` names.

    Libraries read this process's environment, and a subprocess inherits it.
    """
    kept = chosen((*SETTINGS, *further), SHELL) | local(SHELL)
    for name in os.environ.keys() - kept.keys():
        del os.environ[name]
    os.environ.update(kept)
    tempfile.tempdir = None  # Python may have chosen a folder by the deleted variables
