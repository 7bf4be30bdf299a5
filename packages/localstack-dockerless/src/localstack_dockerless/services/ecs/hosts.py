"""Declares how the engine gets a slot for an image that the settings map to a process of this machine."""

from typing import Protocol

from localstack_dockerless.services.ecs.images import Process
from localstack_dockerless.services.ecs.model import Slot


class Hosts(Protocol):
    """Runs mapped images. A test gives a fake. `mapped_agents.py` has the real one."""

    def process(self, image: str) -> Process | None:
        """Returns the process that stands for the image, or None."""

    def address(self) -> tuple[str, int]:
        """Returns an address and a free port on it."""

    def start(self, slot: Slot, process: Process) -> None:
        """Starts the agent of the slot. It registers itself as the slot's instance."""


class NoHosts:
    """Maps no image."""

    def process(self, image: str) -> None:
        return None

    def address(self) -> tuple[str, int]:
        raise LookupError("no image is mapped")

    def start(self, slot: Slot, process: Process) -> None:
        raise LookupError(f"no image is mapped to {process.pattern} for {slot.group}")
