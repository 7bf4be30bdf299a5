"""Holds the model of ECS in memory: slots that agents offer, services with deployments and tasks, and other tasks.

Nothing here calls AWS, LocalStack or the clock. `scheduler.py` decides on the model and `engine.py` acts. A moment
named `*_at`, which AWS shows, is a datetime in UTC. A moment that decisions use is in seconds of one monotonic clock.
"""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from localstack_dockerless.services.ecs import task_lifecycle
from localstack_dockerless.services.ecs.agent.protocol import Health
from localstack_dockerless.services.ecs.scaling import PlaceChanges

MAX_EVENTS = 100  # DescribeServices returns this many at most
MAX_STOPPED_TASKS = 50


def utc_now() -> datetime:
    """Returns the time that AWS shows, in whole milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass
class Task:
    """Holds one run of a process on one slot. `task_lifecycle.py` has the states of `last_status`.

    `group` is `service:NAME` for a service's task, else what RunTask said. `started_by` is the deployment's id for a
    service's task. `task_definition` has the overrides of RunTask in it. `slot` is empty for a task without a slot.
    """

    cluster_arn: str
    group: str
    started_by: str
    task_definition: dict[str, Any]
    slot: str = ""
    address: str = ""
    port: int = 0
    overrides: dict[str, Any] = field(default_factory=dict)
    tags: list[dict[str, str]] = field(default_factory=list)
    client_token: str = ""
    command: tuple[str, ...] | None = None  # None: the agent's own
    waits_for: str = ""  # why the task has no slot
    health: Health = "UNKNOWN"
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    last_status: task_lifecycle.State = task_lifecycle.FIRST
    desired_status: task_lifecycle.Desired = "RUNNING"
    environment: dict[str, str] = field(default_factory=dict, repr=False)  # holds resolved secrets
    credentials_id: str = field(default_factory=lambda: str(uuid.uuid4()), repr=False)
    registered: bool = False
    ready: bool = False
    was_ready: bool = False
    started: float | None = None  # monotonic
    drain_until: float = 0.0  # monotonic
    created_at: datetime = field(default_factory=utc_now)
    started_at: datetime | None = None
    stopping_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_reason: str | None = None
    stop_code: str | None = None
    exit_code: int | None = None

    @property
    def arn(self) -> str:
        return f"{self.cluster_arn.replace(':cluster/', ':task/')}/{self.id}"

    @property
    def container(self) -> dict[str, Any]:
        definition: dict[str, Any] = self.task_definition["containerDefinitions"][0]
        return definition

    @property
    def role(self) -> str | None:
        """Returns the ARN of the role with which the process calls AWS, or None."""
        role: str | None = self.task_definition.get("taskRoleArn") or None
        return role

    @property
    def region(self) -> str:
        return self.cluster_arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.cluster_arn.split(":")[4]

    @property
    def live(self) -> bool:
        """Tells whether nobody has asked the task to stop, and it has not stopped."""
        return self.desired_status == "RUNNING" and self.last_status in task_lifecycle.LIVE

    def move_to(self, state: task_lifecycle.State) -> None:
        """Sets `last_status`, which nothing else sets. Raises `IllegalMoveError`."""
        task_lifecycle.check_move(self.last_status, state)
        self.last_status = state

    def ask_to_stop(self, reason: str, code: str) -> None:
        """Asks the task to stop. The first reason stays."""
        if self.desired_status == "RUNNING":
            self.desired_status = "STOPPED"
            self.stopped_reason, self.stop_code, self.stopping_at = reason, code, utc_now()
            self.ready = False

    def set_stopped(self, reason: str, code: str, exit_code: int | None = None) -> None:
        """Records that the task's process has ended."""
        self.ask_to_stop(reason, code)
        self.move_to("STOPPED")
        self.exit_code, self.stopped_at = exit_code, utc_now()
        self.environment = {}


@dataclass
class Slot:
    """Holds an agent's offer to run one process at (address, port) for tasks of a group.

    `group` is a pattern, such as `service:*`. `once`: the agent was started for one task of an image that the settings
    map to a process, and ends with the task.
    """

    instance: str
    group: str
    address: str
    port: int
    seen: float
    sequence: int = 0
    task: Task | None = None
    leaving: bool = False
    once: bool = False

    def offers(self, group: str) -> bool:
        """Tells whether the slot is for tasks of that group, free or not."""
        return not self.leaving and fnmatchcase(group, self.group)

    def takes(self, group: str, definition: dict[str, Any]) -> bool:
        """Tells whether the slot is free for a task of the group. A slot without a port takes no port mapping."""
        ports = definition["containerDefinitions"][0].get("portMappings")
        return self.task is None and self.offers(group) and (self.port != 0 or not ports)


@dataclass
class Deployment:
    """Holds a task definition that is or was rolled out. Its statuses are DescribeServices' ones."""

    task_definition: dict[str, Any]
    id: str = field(default_factory=lambda: f"ecs-svc/{secrets.randbelow(10**19):019d}")
    status: str = "PRIMARY"
    rollout_state: str = "IN_PROGRESS"
    rollout_reason: str = ""
    failed_tasks: int = 0
    created_at: datetime = field(default_factory=utc_now)
    updated_at: datetime = field(default_factory=utc_now)

    def set_rollout(self, state: str, reason: str) -> None:
        self.rollout_state, self.rollout_reason, self.updated_at = state, reason, utc_now()


class TaskHolder:
    """Holds tasks, those of a service or those of RunTask."""

    tasks: list[Task]

    @property
    def target_groups(self) -> list[str]:
        return []

    def add_event(self, text: str, once: bool = False) -> None:
        """Does nothing: only a service has events."""

    def live_tasks(self) -> list[Task]:
        return [task for task in self.tasks if task.live]

    def unfinished_tasks(self) -> list[Task]:
        """Returns the tasks that are live, that are stopping, or that still are targets."""
        return [task for task in self.tasks if task.last_status != "STOPPED" or task.registered]

    def count(self, *statuses: str, deployment: str | None = None) -> int:
        return sum(task.last_status in statuses and deployment in (None, task.started_by) for task in self.tasks)

    def forget_old_tasks(self) -> None:
        stopped = [task for task in self.tasks if task.last_status == "STOPPED" and not task.registered]
        for task in stopped[:-MAX_STOPPED_TASKS]:
            self.tasks.remove(task)


@dataclass
class StandaloneTasks(TaskHolder):
    """Holds the tasks of RunTask, which belong to no service. Each is started once, as on AWS."""

    tasks: list[Task] = field(default_factory=list)


@dataclass
class Service(TaskHolder):
    """Holds a service. `settings` has the fields of CreateService and UpdateService."""

    arn: str
    cluster_arn: str
    name: str
    desired_count: int
    settings: dict[str, Any]
    deployments: list[Deployment]
    status: str = "ACTIVE"
    tasks: list[Task] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    created_at: datetime = field(default_factory=utc_now)
    failures: int = 0  # failed launches in a row
    next_start: float = 0.0  # monotonic: the back-off ends then
    steady: bool = False
    last_completed: dict[str, Any] | None = None  # the task definition of a rollback
    place_changes: PlaceChanges = field(default_factory=PlaceChanges)

    @property
    def group(self) -> str:
        """Returns the group of its tasks."""
        return f"service:{self.name}"

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]

    @property
    def load_balancers(self) -> list[dict[str, Any]]:
        return self.settings.get("loadBalancers") or []

    @property
    def target_groups(self) -> list[str]:
        return [balancer["targetGroupArn"] for balancer in self.load_balancers]

    @property
    def scalable_resource(self) -> str:
        """Returns its ResourceId in Application Auto Scaling."""
        return f"service/{self.cluster_arn.rsplit('/', 1)[-1]}/{self.name}"

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def add_event(self, text: str, once: bool = False) -> None:
        """Adds an event in front. With `once`, not if the newest event has the same text."""
        message = f"(service {self.name}) {text}"
        if once and self.events and self.events[0]["message"] == message:
            return
        self.events.insert(0, {"id": str(uuid.uuid4()), "createdAt": utc_now(), "message": message})
        del self.events[MAX_EVENTS:]

    def deploy(self, task_definition: dict[str, Any]) -> Deployment:
        """Starts a new PRIMARY deployment. It replaces the tasks of earlier deployments."""
        for deployment in self.deployments:
            deployment.status = "ACTIVE"
        self.deployments.insert(0, Deployment(task_definition))
        self.failures, self.next_start, self.steady = 0, 0.0, False
        return self.primary
