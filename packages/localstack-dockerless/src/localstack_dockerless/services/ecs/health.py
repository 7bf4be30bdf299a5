"""Judges the health of tasks by their target groups and their container's health check.

Without both, the run time of the process decides.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
This module makes no AWS call: `engine.py` gets the states of the targets. Call under the engine's lock.
"""

from collections.abc import Iterable

from localstack_dockerless.services.ecs import scheduler
from localstack_dockerless.services.ecs.model import Service, Task

LOOK_EVERY = 2.0  # seconds between checks of tasks that are all healthy
PROVEN_AFTER = 2.0  # seconds; a process without a health check is healthy after this time
HEALTHY_WITHIN = 120.0  # seconds beyond the grace period; a new task must be healthy within them


def trust_survivors(tasks: Iterable[Task], now: float) -> None:
    """Marks tasks without a load balancer as healthy, once their process has run for `PROVEN_AFTER`.

    A task with a health check is healthy as soon as the check says so.
    """
    for task in tasks:
        proven = task.health == "HEALTHY" if has_check(task) else _age(task, now) >= PROVEN_AFTER
        if task.live and proven:
            task.ready = task.was_ready = True


def has_check(task: Task) -> bool:
    """Tells whether the task's container has a health check. The command NONE turns the check of an image off."""
    return (task.container.get("healthCheck") or {}).get("command", ["NONE"])[0] != "NONE"


def judge_container(service: Service, task: Task, now: float) -> bool:
    """Tells whether the task is asked to stop because its container is unhealthy.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
    """
    if not task.live or task.health != "UNHEALTHY":
        return False
    service.add_event(f"(task {task.id}) failed container health checks.")
    task.ask_to_stop("Task failed container health checks", "ServiceSchedulerInitiated")
    scheduler.note_failure(service, task, now)
    return True


def judge(service: Service, task: Task, target: dict[str, str] | None, now: float) -> bool:
    """Tells whether the task is asked to stop because of its health.

    `target` has the worst state over the target groups: `{"state", "group", "reason"}`. None: there is no target yet.
    """
    state = target["state"] if target else "absent"
    task.ready = state == "healthy" and (task.health == "HEALTHY" or not has_check(task))
    task.was_ready = task.was_ready or task.ready
    grace = float(service.settings.get("healthCheckGracePeriodSeconds") or 0)
    age = _age(task, now)
    too_late = not task.was_ready and age > grace + HEALTHY_WITHIN
    if not task.live or not ((state == "unhealthy" and age > grace) or too_late):
        return False
    group = target["group"] if target else ", ".join(service.target_groups)
    why = (target or {}).get("reason") or state
    service.add_event(f"(port {task.port}) is unhealthy in (target-group {group}) due to (reason {why})")
    task.ask_to_stop(f"Task failed ELB health checks in (target-group {group})", "ServiceSchedulerInitiated")
    scheduler.note_failure(service, task, now)
    return True


def _age(task: Task, now: float) -> float:
    """Returns the seconds since the process started. 0: it has not started."""
    return now - (now if task.started is None else task.started)
