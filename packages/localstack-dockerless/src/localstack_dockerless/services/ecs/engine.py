"""Runs the services. One thread asks the scheduler for the next step and carries it out through agents.

One condition guards the state. It also wakes agents that wait for an assignment. Only the engine's thread makes AWS
calls (target registration, health, secrets), outside the condition.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from localstack_dockerless.services.ecs import health, scaling, scheduler
from localstack_dockerless.services.ecs.aws import Aws
from localstack_dockerless.services.ecs.model import Service, Slot, Task, utc_now
from localstack_dockerless.services.ecs.secret_values import TaskCannotStartError

LOG = logging.getLogger(__name__)

TICK = 0.2  # seconds between rounds while nothing wakes the engine
AGENT_LOST_AFTER = 10.0  # seconds without a call; agents call every 2 s
DRAIN = 0.5  # seconds between deregistration and SIGTERM, for requests on their way
RETRY = 2.0  # seconds before the next round of a service whose round failed
EXITED = "Essential container in task exited"


class Engine:
    """Holds all services and slots of this emulator. A test gives its own `aws` and `clock`."""

    def __init__(self, aws: Aws, clock: Callable[[], float] = time.monotonic) -> None:
        self.aws = aws
        self.clock = clock
        self.services: list[Service] = []
        self.slots: dict[str, Slot] = {}
        self.missed: set[tuple[str, int]] = set()  # the addresses of agents that went silent
        self.expected = 0  # agents of a state from other ports: as many new agents are no additional slots
        self.changed = threading.Condition()
        self._health_due: dict[str, float] = {}
        self._retry_due: dict[str, float] = {}
        self._dirty = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    @contextmanager
    def change(self) -> Iterator[None]:
        """Holds the state for a change. The engine's thread and waiting agents look at it afterwards."""
        with self.changed:
            self.ensure_running()
            yield
            self._dirty = True
            self.changed.notify_all()

    def ensure_running(self) -> None:
        if self._thread is None and not self._stopped:
            self._thread = threading.Thread(target=self._run, name="ecs-engine", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        with self.changed:
            self._stopped = True
            self.changed.notify_all()

    @property
    def stopped(self) -> bool:
        return self._stopped

    def service(self, arn: str) -> Service | None:
        """Returns the latest service of that ARN. An earlier service may still be draining."""
        return next((service for service in reversed(self.services) if service.arn == arn), None)

    def tasks(self) -> list[Task]:
        return [task for service in self.services for task in service.tasks]

    def _run(self) -> None:
        while not self._stopped:
            try:
                self.round()
            except Exception:
                LOG.exception("the ECS engine's round failed; the next round follows")
            with self.changed:
                if not self._dirty:
                    self.changed.wait(TICK)
                self._dirty = False

    def round(self) -> None:
        """Makes one round: each service takes its next step."""
        with self.changed:
            self._drop_lost_agents()
            services = list(self.services)
        for service in services:
            try:
                self._serve(service)
            except Exception:
                LOG.exception("ECS service %s: this round failed; it is tried again", service.name)
                self._retry_due[service.arn] = self.clock() + RETRY
        with self.changed:
            self.services = [s for s in self.services if s.status != "INACTIVE" or self.service(s.arn) is s]

    def _drop_lost_agents(self) -> None:
        for slot in [s for s in self.slots.values() if self.clock() - s.seen > AGENT_LOST_AFTER]:
            LOG.warning("ECS agent of %s:%s has gone silent", slot.address, slot.port)
            del self.slots[slot.instance]
            self.missed.add((slot.address, slot.port))
            if slot.task:
                slot.task.set_stopped("The agent that ran this task stopped answering.", "TerminationNotice")
                slot.task = None

    def _serve(self, service: Service) -> None:
        if self.clock() < self._retry_due.get(service.arn, 0.0):
            return
        self._scale(service)
        self._advance_tasks(service)
        self._check_health(service)
        with self.changed:
            self._schedule(service)
            scheduler.note_steady(service)
            if service.status == "DRAINING" and not service.unfinished_tasks():
                service.status = "INACTIVE"
            service.forget_old_tasks()

    def _scale(self, service: Service) -> None:
        """Applies Application Auto Scaling after slots joined or left."""
        if not service.place_changes or service.status != "ACTIVE":
            return
        target = self.aws.scalable_target(service)
        with self.changed:
            changes, service.place_changes = service.place_changes, scaling.PlaceChanges()
            if target is None:
                return
            places = sum(slot.offers(service.name) for slot in self.slots.values())
            before = service.desired_count
            service.desired_count = scaling.desired_count(before, places, changes, target)
            if service.desired_count != before:
                service.steady = False
                LOG.info("ECS service %s: desired count %d -> %d", service.name, before, service.desired_count)

    def _schedule(self, service: Service) -> None:
        while step := scheduler.next_step(service, self.slots.values(), self.clock()):
            service.steady = False
            if isinstance(step, scheduler.Start):
                self._assign(service, step.slot)
            else:
                step.task.ask_to_stop(step.reason, "ServiceSchedulerInitiated")
                service.add_event(f"has stopped 1 running tasks: (task {step.task.id}).")
            self._dirty = True
        starved = service.status == "ACTIVE" and len(service.live_tasks()) < service.desired_count
        if starved and service.primary.rollout_state != "FAILED" and not self._offers(service):
            text = "was unable to place a task. Reason: no agent is free for it."
            service.add_event(text, once=True)

    def _offers(self, service: Service) -> bool:
        return any(slot.takes(service.name) for slot in self.slots.values()) or any(
            task.desired_status == "STOPPED" for task in service.unfinished_tasks()
        )

    def _assign(self, service: Service, slot: Slot) -> None:
        slot.task = Task(
            cluster_arn=service.cluster_arn,
            service_name=service.name,
            deployment_id=service.primary.id,
            task_definition=service.primary.task_definition,
            slot=slot.instance,
            address=slot.address,
            port=slot.port,
        )
        service.tasks.append(slot.task)
        service.add_event(f"has started 1 tasks: (task {slot.task.id}).")

    def _advance_tasks(self, service: Service) -> None:
        for task in service.unfinished_tasks():
            if task.desired_status == "STOPPED":
                self._advance_stop(service, task)
            elif task.last_status == "PROVISIONING":
                self._prepare(service, task)
            elif task.last_status == "RUNNING" and not task.registered:
                self._register(service, task)

    def _prepare(self, service: Service, task: Task) -> None:
        try:
            environment = self.aws.prepare(service, task)
        except TaskCannotStartError as error:
            with self.change():
                self._failed(service, task, str(error), "TaskFailedToStart")
                service.add_event(f"(task {task.id}) failed to start. Reason: {error}")
            return
        with self.change():
            if task.live:
                task.environment = environment
                task.move_to("PENDING")

    def _register(self, service: Service, task: Task) -> None:
        self.aws.register(service, task)
        with self.change():
            task.registered = True
            for group in service.target_groups:
                service.add_event(f"registered 1 targets in (target-group {group})")

    def _advance_stop(self, service: Service, task: Task) -> None:
        if task.registered:
            self.aws.deregister(service, task)
        with self.change():
            if task.registered:
                task.registered = False
                task.drain_until = self.clock() + (DRAIN if service.target_groups else 0)
                for group in service.target_groups:
                    service.add_event(f"deregistered 1 targets in (target-group {group})")
            if task.last_status == "PROVISIONING":
                self._vacate(task)
                task.set_stopped("", "")
            elif task.last_status == "RUNNING":
                task.move_to("DEACTIVATING")
            if task.last_status in ("DEACTIVATING", "PENDING") and self.clock() >= task.drain_until:
                task.move_to("STOPPING")

    def _check_health(self, service: Service) -> None:
        registered = [task for task in service.tasks if task.registered and task.live]
        if not service.target_groups:
            with self.changed:
                health.trust_survivors(registered, self.clock())
            return
        settled = all(task.ready for task in registered)
        if not registered or (settled and self.clock() < self._health_due.get(service.arn, 0.0)):
            return
        self._health_due[service.arn] = self.clock() + health.LOOK_EVERY
        targets = self.aws.target_health(service)
        with self.changed:
            for task in registered:
                self._dirty |= health.judge(service, task, targets.get((task.address, task.port)), self.clock())

    def _failed(self, service: Service, task: Task, reason: str, code: str, exit_code: int | None = None) -> None:
        self._vacate(task)
        task.set_stopped(reason, code, exit_code)
        scheduler.note_failure(service, task, self.clock())

    def _vacate(self, task: Task) -> None:
        slot = self.slots.get(task.slot)
        if slot and slot.task is task:
            slot.task = None

    def _service_of(self, task: Task) -> Service:
        return next(service for service in self.services if task in service.tasks)

    def place_joined(self, slot: Slot) -> None:
        """Counts a new agent's slot. Call within `change()`."""
        for service in self.services:
            service.place_changes.joined |= slot.offers(service.name)

    def leave_agents_behind(self) -> None:
        """Removes every agent, because the stack has other ports now. Call within `change()`."""
        for slot in self.slots.values():
            if slot.task:
                slot.task.set_stopped("The agent that ran this task belongs to other ports.", "TerminationNotice")
        self.expected = len(self.slots) + len(self.missed)
        self.slots, self.missed = {}, set()

    def take_expected(self) -> bool:
        """Tells whether a new agent replaces an agent of the state from other ports. Call within `change()`."""
        if not self.expected:
            return False
        self.expected -= 1
        return True

    def place_left(self, slot: Slot) -> None:
        """Counts the slot of an agent that was told to leave. Call within `change()`, before the slot is marked."""
        for service in self.services:
            service.place_changes.left += slot.offers(service.name)

    def limits_changed(self, account: str, region: str, resource: str) -> None:
        """Brings a service within its new scalable target. Call within `change()`."""
        for service in self.services:
            if (service.account, service.region, service.scalable_resource) == (account, region, resource):
                service.place_changes.limits = True

    def process_started(self, task: Task) -> None:
        """Records that the task's process runs. Call within `change()`."""
        if task.last_status == "PENDING":
            task.move_to("RUNNING")
            task.started, task.started_at = self.clock(), utc_now()

    def process_stopped(self, task: Task, exit_code: int | None, reason: str | None) -> None:
        """Records that the process has ended, or could not be started (`reason`). Call within `change()`."""
        if task.last_status == "STOPPED":
            return
        service = self._service_of(task)
        if task.desired_status == "STOPPED":
            self._vacate(task)
            task.set_stopped("", "", exit_code)
            return
        code = "TaskFailedToStart" if reason else "EssentialContainerExited"
        self._failed(service, task, reason or EXITED, code, exit_code)
        service.add_event(f"(task {task.id}) stopped: {reason or f'{EXITED}, exit code {exit_code}'}.")
