"""Declares the AWS calls that running a task takes: its secrets, its log stream, its target groups."""

from typing import Protocol

from localstack_dockerless.services.ecs.agent.protocol import Credentials
from localstack_dockerless.services.ecs.model import Service, Task
from localstack_dockerless.services.ecs.scaling import ScalableTarget


class Aws(Protocol):
    """Makes the engine's AWS calls. A test gives a fake."""

    def prepare(self, task: Task) -> dict[str, str]:
        """Makes the log stream of `task` and returns its environment. Raises `TaskCannotStartError`."""

    def credentials(self, task: Task) -> Credentials:
        """Starts a session of the task's role, which it must have. Raises `TaskCannotStartError`."""

    def register(self, service: Service, task: Task) -> None:
        """Adds the task's (address, port) to the service's target groups."""

    def deregister(self, service: Service, task: Task) -> None:
        """Removes it from the target groups. A target group that no longer exists is no error."""

    def target_health(self, service: Service) -> dict[tuple[str, int], dict[str, str]]:
        """Returns the worst state of each (address, port) over the target groups: {"state", "group", "reason"}."""

    def scalable_target(self, service: Service) -> ScalableTarget | None:
        """Returns the bounds that Application Auto Scaling sets for the service's desired count, or None."""

    def log(self, task: Task, lines: list[tuple[int, str]]) -> None:
        """Appends (milliseconds since the epoch, text) lines to the task's log stream."""
