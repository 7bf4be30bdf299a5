"""Declares services with their deployments and tasks, other tasks, and the agents' slots to the saved state.

Agents outlive LocalStack. An agent that calls again keeps its task. An agent that does not is lost after
`AGENT_LOST_AFTER`, and the service gets another task. In a stack on other ports every agent is another one, so the
tasks are stopped at once.
"""

import copy
from dataclasses import dataclass

from localstack_dockerless.services.ecs.model import Service, Slot, StandaloneTasks
from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.state import addresses
from localstack_dockerless.state.registries import keep


@dataclass(frozen=True)
class SavedEngine:
    """Holds the saved engine. `now` is its clock at the save: another process may have another clock."""

    now: float
    gateway: int
    services: list[Service]
    standalone: StandaloneTasks
    slots: dict[str, Slot]
    missed: set[tuple[str, int]]


def _save() -> SavedEngine:
    with ENGINE.changed:
        held = (ENGINE.services, ENGINE.standalone, ENGINE.slots, ENGINE.missed)
        return copy.deepcopy(SavedEngine(ENGINE.clock(), addresses.gateway(), *held))


def _load(saved: SavedEngine) -> None:
    with ENGINE.change():
        later = ENGINE.clock() - saved.now
        for service in saved.services:
            service.next_start += later
        for holder in (*saved.services, saved.standalone):
            for task in holder.tasks:
                task.drain_until += later
                task.started = None if task.started is None else task.started + later
        for slot in saved.slots.values():
            slot.seen, slot.sequence = ENGINE.clock(), 0
        ENGINE.services, ENGINE.standalone = saved.services, saved.standalone
        ENGINE.slots, ENGINE.missed = saved.slots, saved.missed
        if saved.gateway != addresses.gateway():
            ENGINE.leave_agents_behind()


keep("ecs", "engine", _save, _load)
