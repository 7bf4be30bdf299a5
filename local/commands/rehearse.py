"""`make rehearse` applies the values of `aws.tfvars` to a stack of its own, and lives through what happens on AWS."""

import dataclasses
import sys
from functools import partial

from artifacts import locks
from local.commands.testing import free_settings
from local.launcher import lifecycle, record
from local.launcher.settings import LOCAL, Settings
from local.rehearsal.deployment import NAME
from local.rehearsal.whole import rehearse as rehearse_whole

PORTS_AFTER = 400


def rehearse(settings: Settings) -> int:
    """Runs the rehearsal on free ports. Returns 1 if a step failed."""
    with locks.held(LOCAL / "stacks" / f"{NAME}.rehearsal.lock", "make rehearse"):
        if left := record.read(Settings(name=NAME)):  # of a killed rehearsal
            lifecycle.down(left)
        own = free_settings(dataclasses.replace(settings, name=NAME, port=settings.port + PORTS_AFTER))
        return rehearse_whole(own, partial(print, file=sys.stdout, flush=True))
