"""Names the variables by which the processes of a stack are found. Standard library only.

`MARKER` is in every process that a command starts. LocalStack's plug-ins do not know it. A Postgres server that
LocalStack starts has `EMULATOR` instead, with the same folder. `OWNER` is in the children of a command (Terraform, its
provider, the seed). They outlive a command that ends by SIGKILL, and the next command must not share LocalStack with
them.
"""

import os
from collections.abc import Mapping

from local.launcher.settings import Settings

MARKER, OWNER = "ENERGY_STACK_DIRECTORY", "ENERGY_STACK_COMMAND"
EMULATOR = "EMULATOR_STACK"
"""The variable of `localstack_dockerless` (its `identity.py`) for the folder of the stack that started LocalStack."""


def folder_of(environment: Mapping[str, str]) -> str:
    """Returns the folder of the stack that the process with this environment belongs to; empty if it has none."""
    return environment.get(MARKER) or environment.get(EMULATOR, "")


def of(settings: Settings) -> dict[str, str]:
    """Returns the variables for a child of this command."""
    return {MARKER: str(settings.directory), OWNER: str(os.getpid())}
