"""Runs the services and the tasks of RunTask, through agents. One thread asks the scheduler for the next step.

One condition guards the state. It also wakes agents that wait for an assignment. Only the engine's thread makes AWS
calls (target registration, health, secrets), outside the condition.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import cast

from localstack_dockerless.services.ecs import health, scaling, scheduler
from localstack_dockerless.services.ecs.aws import Aws
from localstack_dockerless.services.ecs.hosts import Hosts, NoHosts
from localstack_dockerless.services.ecs.images import VARIABLE, Process
from localstack_dockerless.services.ecs.model import Service, Slot, StandaloneTasks, Task, TaskHolder, utc_now
from localstack_dockerless.services.ecs.places import Places
from localstack_dockerless.services.ecs.secret_values import TaskCannotStartError

LOG = logging.getLogger(__name__)

TICK = 0.2  # seconds between rounds while nothing wakes the engine
DRAIN = 0.5  # seconds between deregistration and SIGTERM, for requests on their way
RETRY = 2.0  # seconds before the next round of a service whose round failed
EXITED = "Essential container in task exited"


class Engine(Places):
    """Holds all services, other tasks and slots of this emulator. A test gives its own `aws`, `clock` and `hosts`."""

    def __init__(self, aws: Aws, clock: Callable[[], float] = time.monotonic, hosts: Hosts | None = None) -> None:
        super().__init__(hosts or NoHosts(), clock)
        self.aws = aws
        self.services: list[Service] = []
        self.standalone = StandaloneTasks()
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
        return [task for holder in (*self.services, self.standalone) for task in holder.tasks]

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
        """Makes one round: each service and each other task takes its next step."""
        with self.changed:
            self.drop_lost_agents()
            services = list(self.services)
        for service in services:
            self._try(service.arn, partial(self._serve, service))
        self._try("tasks of RunTask", self._serve_standalone)
        with self.changed:
            self.services = [s for s in self.services if s.status != "INACTIVE" or self.service(s.arn) is s]

    def _try(self, name: str, step: Callable[[], None]) -> None:
        if self.clock() < self._retry_due.get(name, 0.0):
            return
        try:
            step()
        except Exception:
            LOG.exception("ECS %s: this round failed; it is tried again", name)
            self._retry_due[name] = self.clock() + RETRY

    def _serve(self, service: Service) -> None:
        self._scale(service)
        self._advance_tasks(service)
        self._check_health(service)
        with self.changed:
            self._schedule(service)
            scheduler.note_steady(service)
            if service.status == "DRAINING" and not service.unfinished_tasks():
                service.status = "INACTIVE"
            service.forget_old_tasks()

    def _serve_standalone(self) -> None:
        self._advance_tasks(self.standalone)
        with self.changed:
            for task in self.standalone.live_tasks():
                if task.last_status == "PENDING" and not task.slot:
                    self._place(task)
            self.standalone.forget_old_tasks()

    def _place(self, task: Task) -> None:
        """Gives a task of RunTask a slot. Without a free one the task stays PENDING, and says why."""
        process = self.hosts.process(task.container["image"])
        slot = next((s for s in self.slots.values() if s.takes(task.group, task.task_definition)), None)
        if slot is None and process:
            slot = self.mapped_slot(task.group, process)
        if slot is None:
            task.waits_for = _no_slot(task.container["image"])
            return
        slot.task, task.waits_for = task, ""
        task.slot, task.address, task.port = slot.instance, slot.address, slot.port
        task.command = process.of(task.container) if process and slot.once else task.command
        self._dirty = True
        self.changed.notify_all()

    def _scale(self, service: Service) -> None:
        """Applies Application Auto Scaling after slots joined or left."""
        if not service.place_changes or service.status != "ACTIVE":
            return
        target = self.aws.scalable_target(service)
        with self.changed:
            changes, service.place_changes = service.place_changes, scaling.PlaceChanges()
            if target is None:
                return
            places = sum(slot.offers(service.group) for slot in self.slots.values())
            before = service.desired_count
            service.desired_count = scaling.desired_count(before, places, changes, target)
            if service.desired_count != before:
                service.steady = False
                LOG.info("ECS service %s: desired count %d -> %d", service.name, before, service.desired_count)

    def _schedule(self, service: Service) -> None:
        image = service.primary.task_definition["containerDefinitions"][0]["image"]
        process = self.hosts.process(image)
        while step := scheduler.next_step(service, self.slots.values(), self.clock(), mapped=process is not None):
            service.steady = False
            if isinstance(step, scheduler.Start):
                self._assign(service, step.slot, process)
            else:
                step.task.ask_to_stop(step.reason, "ServiceSchedulerInitiated")
                service.add_event(f"has stopped 1 running tasks: (task {step.task.id}).")
            self._dirty = True
        starved = service.status == "ACTIVE" and len(service.live_tasks()) < service.desired_count
        if starved and service.primary.rollout_state != "FAILED" and not process and not self._offers(service):
            service.add_event(f"was unable to place a task. Reason: {_no_slot(image)}", once=True)

    def _offers(self, service: Service) -> bool:
        definition = service.primary.task_definition
        return any(slot.takes(service.group, definition) for slot in self.slots.values()) or any(
            task.desired_status == "STOPPED" for task in service.unfinished_tasks()
        )

    def _assign(self, service: Service, free: Slot | None, process: Process | None) -> None:
        slot = free or self.mapped_slot(service.group, cast(Process, process))
        definition = service.primary.task_definition
        slot.task = Task(
            cluster_arn=service.cluster_arn,
            group=service.group,
            started_by=service.primary.id,
            task_definition=definition,
            slot=slot.instance,
            address=slot.address,
            port=slot.port,
        )
        if process and slot.once:
            slot.task.command = process.of(slot.task.container)
        service.tasks.append(slot.task)
        service.add_event(f"has started 1 tasks: (task {slot.task.id}).")

    def _advance_tasks(self, holder: TaskHolder) -> None:
        for task in holder.unfinished_tasks():
            if task.desired_status == "STOPPED":
                self._advance_stop(holder, task)
            elif task.last_status == "PROVISIONING":
                self._prepare(holder, task)
            elif isinstance(holder, Service) and task.last_status == "RUNNING" and not task.registered:
                self._register(holder, task)

    def _prepare(self, holder: TaskHolder, task: Task) -> None:
        try:
            environment = self.aws.prepare(task)
        except TaskCannotStartError as error:
            with self.change():
                self._failed(holder, task, str(error), "TaskFailedToStart")
                holder.add_event(f"(task {task.id}) failed to start. Reason: {error}")
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

    def _advance_stop(self, holder: TaskHolder, task: Task) -> None:
        if task.registered and isinstance(holder, Service):
            self.aws.deregister(holder, task)
        with self.change():
            if task.registered:
                task.registered = False
                task.drain_until = self.clock() + (DRAIN if holder.target_groups else 0)
                for group in holder.target_groups:
                    holder.add_event(f"deregistered 1 targets in (target-group {group})")
            if task.last_status == "PROVISIONING" or not task.slot:
                self._vacate(task)
                task.set_stopped("", "")
            elif task.last_status == "RUNNING":
                task.move_to("DEACTIVATING")
            if task.last_status in ("DEACTIVATING", "PENDING") and self.clock() >= task.drain_until:
                task.move_to("STOPPING")

    def _check_health(self, service: Service) -> None:
        with self.changed:
            for task in service.live_tasks():
                self._dirty |= health.judge_container(service, task, self.clock())
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

    def _failed(self, holder: TaskHolder, task: Task, reason: str, code: str, exit_code: int | None = None) -> None:
        self._vacate(task)
        task.set_stopped(reason, code, exit_code)
        if isinstance(holder, Service):
            scheduler.note_failure(holder, task, self.clock())

    def _vacate(self, task: Task) -> None:
        slot = self.slots.get(task.slot)
        if slot and slot.task is task:
            slot.task = None

    def _holder_of(self, task: Task) -> TaskHolder:
        return next(holder for holder in (*self.services, self.standalone) if task in holder.tasks)

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
        holder = self._holder_of(task)
        if task.desired_status == "STOPPED":
            self._vacate(task)
            task.set_stopped("", "", exit_code)
            return
        code = "TaskFailedToStart" if reason else "EssentialContainerExited"
        self._failed(holder, task, reason or EXITED, code, exit_code)
        holder.add_event(f"(task {task.id}) stopped: {reason or f'{EXITED}, exit code {exit_code}'}.")


def _no_slot(image: str) -> str:
    return f"no agent is free for it, and the file of {VARIABLE} maps no process to the image {image}."
