"""Declares the targets of target groups with their health to the saved state.

Health checks and the listeners' servers continue at once.
"""

from localstack_dockerless.services.elbv2.entrances.opened import entrances
from localstack_dockerless.services.elbv2.load_balancer.health import registry, scheduler
from localstack_dockerless.services.elbv2.load_balancer.targets import SavedTarget
from localstack_dockerless.state.registries import keep


def _load(saved: list[SavedTarget]) -> None:
    registry.load(saved)
    scheduler.changed()
    entrances.refresh()


keep("elbv2", "targets", registry.save, _load)
