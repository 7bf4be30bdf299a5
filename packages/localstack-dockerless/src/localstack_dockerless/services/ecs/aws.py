"""The AWS calls that running a task takes: its secrets, its log stream, its place in the target groups."""

from typing import Protocol

from localstack_dockerless.services.ecs.model import Service, Task
from localstack_dockerless.services.ecs.scaling import ScalableTarget


class Aws(Protocol):
    """What the engine needs of AWS; a test gives a fake."""

    def prepare(self, service: Service, task: Task) -> dict[str, str]:
        """The environment of `task`; makes its log stream. Raises `TaskCannotStartError`."""

    def register(self, service: Service, task: Task) -> None:
        """Add the task's (address, port) to the service's target groups."""

    def deregister(self, service: Service, task: Task) -> None:
        """Take it out again; a target group that is gone is no error."""

    def target_health(self, service: Service) -> dict[tuple[str, int], dict[str, str]]:
        """The worst state of each (address, port) over the target groups: {"state", "group", "reason"}."""

    def scalable_target(self, service: Service) -> ScalableTarget | None:
        """What Application Auto Scaling may do to the service's desired count; None where it may nothing."""

    def log(self, task: Task, lines: list[tuple[int, str]]) -> None:
        """Append (milliseconds since the epoch, text) lines to the task's log stream."""
