"""Keeps the slots of the engine: agents join, leave, fall silent, and are started for mapped images."""

import logging
import uuid
from collections.abc import Callable

from localstack_dockerless.services.ecs.hosts import Hosts
from localstack_dockerless.services.ecs.images import Process
from localstack_dockerless.services.ecs.model import Service, Slot

LOG = logging.getLogger(__name__)

AGENT_LOST_AFTER = 10.0  # seconds without a call; agents call every 2 s
AGENT_STARTS_WITHIN = 20.0  # seconds that a started agent has for its first call, in addition


class Places:
    """Holds the slots. `engine.py` adds the rest of the engine to it."""

    services: list[Service]

    def __init__(self, hosts: Hosts, clock: Callable[[], float]) -> None:
        self.hosts = hosts
        self.clock = clock
        self.slots: dict[str, Slot] = {}
        self.missed: set[tuple[str, int]] = set()  # the addresses of agents that went silent
        self.expected = 0  # agents of a state from other ports: as many new agents are no additional slots

    def drop_lost_agents(self) -> None:
        """Removes the slots of agents that went silent, and stops their tasks. Call under the engine's lock."""
        for slot in [s for s in self.slots.values() if self.clock() - s.seen > AGENT_LOST_AFTER]:
            LOG.warning("ECS agent of %s:%s has gone silent", slot.address, slot.port)
            del self.slots[slot.instance]
            if not slot.once:
                self.missed.add((slot.address, slot.port))
            if slot.task:
                slot.task.set_stopped("The agent that ran this task stopped answering.", "TerminationNotice")
                slot.task = None

    def mapped_slot(self, group: str, process: Process) -> Slot:
        """Starts an agent for one task of the group and returns its slot. Call under the engine's lock."""
        slot = Slot(uuid.uuid4().hex, group, *self.hosts.address(), self.clock() + AGENT_STARTS_WITHIN, once=True)
        self.slots[slot.instance] = slot
        self.hosts.start(slot, process)
        return slot

    def place_joined(self, slot: Slot) -> None:
        """Counts a new agent's slot. Call within `change()`."""
        for service in self.services:
            service.place_changes.joined |= slot.offers(service.group) and not slot.once

    def place_left(self, slot: Slot) -> None:
        """Counts the slot of an agent that was told to leave. Call within `change()`, before the slot is marked."""
        for service in self.services:
            service.place_changes.left += slot.offers(service.group) and not slot.once

    def leave_agents_behind(self) -> None:
        """Removes every agent, because the stack has other ports now. Call within `change()`."""
        for slot in self.slots.values():
            if slot.task:
                slot.task.set_stopped("The agent that ran this task belongs to other ports.", "TerminationNotice")
        self.expected = len([slot for slot in self.slots.values() if not slot.once]) + len(self.missed)
        self.slots, self.missed = {}, set()

    def take_expected(self) -> bool:
        """Tells whether a new agent replaces an agent of the state from other ports. Call within `change()`."""
        if not self.expected:
            return False
        self.expected -= 1
        return True
