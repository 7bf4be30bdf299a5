"""Decides what a service should do next: start a task, stop one, or wait. Its decisions on `model.py` are pure.

The rules are the ECS rolling deployment's
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html), with one difference: the number
of slots is fixed. So if no slot is free, an old task is stopped before its successor starts. An image that the settings
map to a process always has a slot.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from localstack_dockerless.services.ecs.model import Deployment, Service, Slot, Task

FIRST_BACK_OFF = 1.0  # seconds
LONGEST_BACK_OFF = 30.0
SHORT_RUN = 10.0  # seconds; a process that ends sooner counts as a failed launch


@dataclass(frozen=True)
class Start:
    """Starts a task. `slot` is None for an image that is mapped to a process: its agent has yet to be started."""

    slot: Slot | None


@dataclass(frozen=True)
class Stop:
    task: Task
    reason: str


def next_step(service: Service, slots: Iterable[Slot], now: float, *, mapped: bool = False) -> Start | Stop | None:
    """Returns the one next step. None: the service is as wanted, or must wait.

    `mapped` tells whether the settings map the image of the primary deployment to a process.
    """
    live = service.live_tasks()
    wanted = service.desired_count if service.status == "ACTIVE" else 0
    primary = service.primary
    new = [task for task in live if task.started_by == primary.id]
    old = [task for task in live if task.started_by != primary.id]
    surge = 1 if old and wanted else 0
    if len(live) > wanted + surge:
        return _stop((old or new)[-1], primary)
    free = next((slot for slot in slots if slot.takes(service.group, primary.task_definition)), None)
    start = Start(free) if (free or mapped) and now >= service.next_start else None
    if primary.rollout_state == "FAILED" or (old and any(not task.ready for task in new)):
        return None
    if not old:
        return start if len(new) < wanted else None
    stopping = any(task.desired_status == "STOPPED" for task in service.unfinished_tasks())
    if len(live) > wanted or not (free or mapped or stopping):
        return _stop(old[-1], primary)
    return start


def _stop(task: Task, primary: Deployment) -> Stop:
    return Stop(task, f"Scaling activity initiated by (deployment {primary.id})")


def is_steady(service: Service) -> bool:
    """Tells whether the service has exactly the wanted tasks, all ready and of the primary deployment."""
    unfinished = service.unfinished_tasks()
    return len(unfinished) == service.desired_count and all(
        task.live and task.ready and task.started_by == service.primary.id for task in unfinished
    )


def note_steady(service: Service) -> None:
    """Records that the primary deployment is complete, and adds one event."""
    if service.steady or not is_steady(service):
        return
    service.steady, service.failures = True, 0
    service.last_completed = service.primary.task_definition
    service.deployments = [service.primary]
    if service.primary.rollout_state == "IN_PROGRESS":
        service.add_event(f"(deployment {service.primary.id}) deployment completed.")
    service.primary.set_rollout("COMPLETED", f"ECS deployment {service.primary.id} completed.")
    service.add_event("has reached a steady state.")


def note_failure(service: Service, task: Task, now: float) -> None:
    """Records a task that stopped unasked: it backs off, and may trip the circuit breaker."""
    service.steady = False
    ran = now - task.started if task.started is not None else 0.0
    if task.was_ready and ran >= SHORT_RUN:
        return
    service.failures += 1
    delay = min(FIRST_BACK_OFF * 2 ** (service.failures - 1), LONGEST_BACK_OFF)
    service.next_start = now + delay
    if service.failures == failure_threshold(service.desired_count):
        service.add_event("is unable to consistently start tasks successfully.")
    if task.started_by == service.primary.id:
        service.primary.failed_tasks += 1
        _circuit_breaker(service)


def failure_threshold(desired_count: int) -> int:
    """Returns half the desired count, between 3 and 200.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    return min(max(math.ceil(desired_count / 2), 3), 200)


def _circuit_breaker(service: Service) -> None:
    settings = (service.settings.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    failed = service.primary
    if not settings.get("enable") or failed.rollout_state != "IN_PROGRESS":
        return
    if failed.failed_tasks < failure_threshold(service.desired_count):
        return
    failed.set_rollout("FAILED", "ECS deployment circuit breaker: tasks failed to start.")
    service.add_event(f"(deployment {failed.id}) deployment failed: tasks failed to start.")
    if settings.get("rollback") and service.last_completed:
        rolled_back = service.deploy(service.last_completed)
        rolled_back.rollout_reason = f"ECS deployment circuit breaker: rolling back from {failed.id}."
        service.add_event(f"rolling back to (deployment {rolled_back.id}).")
