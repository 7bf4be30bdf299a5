"""Services with their deployments and tasks, and the slots of the agents that run them.

Agents outlive LocalStack: one that speaks again keeps its task. One that does not is lost after a while, as always, and
the service gets another task. In a stack on other ports every agent is another one, so the tasks are stopped at once.
"""

import copy
from dataclasses import dataclass

from localstack_dockerless.services.ecs.model import Service, Slot
from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.state import addresses
from localstack_dockerless.state.registries import keep


@dataclass(frozen=True)
class SavedEngine:
    """`now` is the engine's clock when it was saved: another process may have another one."""

    now: float
    gateway: int
    services: list[Service]
    slots: dict[str, Slot]
    missed: set[tuple[str, int]]


def _save() -> SavedEngine:
    with ENGINE.changed:
        port = addresses.gateway()
        return copy.deepcopy(SavedEngine(ENGINE.clock(), port, ENGINE.services, ENGINE.slots, ENGINE.missed))


def _load(saved: SavedEngine) -> None:
    with ENGINE.change():
        later = ENGINE.clock() - saved.now
        for service in saved.services:
            service.next_start += later
            for task in service.tasks:
                task.drain_until += later
                task.started = None if task.started is None else task.started + later
        for slot in saved.slots.values():
            slot.seen, slot.sequence = ENGINE.clock(), 0
        ENGINE.services, ENGINE.slots, ENGINE.missed = saved.services, saved.slots, saved.missed
        if saved.gateway != addresses.gateway():
            ENGINE.leave_agents_behind()


keep("ecs", "engine", _save, _load)
