"""Variables by which the processes of a stack are found. Standard library only.

`MARKER` is in every process of a stack. `OWNER` is in the children of a command (Terraform, its provider, the seed):
SIGKILL of the command leaves them at work, and the next command must not share LocalStack with them.
"""

import os

from local.launcher.settings import Settings

MARKER, OWNER = "ENERGY_STACK_DIRECTORY", "ENERGY_STACK_COMMAND"


def of(settings: Settings) -> dict[str, str]:
    """For a child of this command."""
    return {MARKER: str(settings.directory), OWNER: str(os.getpid())}
