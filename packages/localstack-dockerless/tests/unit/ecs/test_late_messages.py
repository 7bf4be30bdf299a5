"""Whatever agents report, and however late, a task moves along the table of its life cycle and nothing raises.

Each run plays one service with three agents that do everything in a random order: report twice, report what they were
not asked for, fall silent, come back at the same address, and leave.
"""

import random

import pytest

from localstack_dockerless.services.ecs.agent.protocol import Credentials
from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.model import Deployment, Service, Slot, Task
from localstack_dockerless.services.ecs.places import AGENT_LOST_AFTER
from localstack_dockerless.services.ecs.scaling import ScalableTarget
from localstack_dockerless.services.ecs.secret_values import TaskCannotStartError
from localstack_dockerless.services.ecs.task_lifecycle import MOVES

CLUSTER = "arn:aws:ecs:eu-central-1:000000000000:cluster/c"
DEFINITION = {"taskDefinitionArn": "definition:1", "containerDefinitions": [{"name": "api", "image": "api"}]}
STEPS = 300


class World:
    """Holds an engine without its thread, and its AWS. `ever` has every task of the test."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 -- no secret
        self.now = 100.0
        self.engine = Engine(self, clock=lambda: self.now)
        self.engine.ensure_running = lambda: None  # type: ignore[method-assign]
        balancers = {"loadBalancers": [{"targetGroupArn": "arn:group"}]} if seed % 2 else {}
        arn = "arn:a:ecs:r:1:service/c/s"
        self.service = Service(arn, CLUSTER, "s", 2, balancers, [Deployment(DEFINITION)])
        self.engine.services.append(self.service)
        self.ever: list[Task] = []

    # AWS, which the engine calls without its lock: an agent can be lost meanwhile.

    def prepare(self, _task: Task) -> dict[str, str]:
        self.maybe_lose_agents()
        if self.random.random() < 0.2:
            raise TaskCannotStartError("no secret")
        return {}

    def credentials(self, task: Task) -> Credentials:
        raise AssertionError(f"no agent asks for credentials of {task.id}")

    def register(self, _service: Service, _task: Task) -> None:
        self.maybe_lose_agents()

    def deregister(self, _service: Service, _task: Task) -> None:
        self.maybe_lose_agents()

    def target_health(self, _service: Service) -> dict[tuple[str, int], dict[str, str]]:
        state = self.random.choice(["healthy", "unhealthy"])
        return {("127.0.0.1", 8000 + number): {"state": state, "group": "g", "reason": "r"} for number in range(3)}

    def scalable_target(self, _service: Service) -> ScalableTarget | None:
        return None

    def log(self, _task: Task, _lines: list[tuple[int, str]]) -> None:
        """Does nothing."""

    def maybe_lose_agents(self) -> None:
        if self.random.random() < 0.2:
            for slot in list(self.engine.slots.values()):
                slot.seen = self.now - AGENT_LOST_AFTER - 1
            self.engine.drop_lost_agents()

    # Agents.

    def step(self) -> None:
        self.random.choice([self.look, self.look, self.join, self.report, self.report, self.fall_silent, self.scale])()
        self.now += self.random.choice([0.0, 0.3, 3.0])
        self.ever += [task for task in self.service.tasks if task not in self.ever]

    def look(self) -> None:
        for slot in self.engine.slots.values():
            slot.seen = self.now
        self.engine.round()

    def join(self) -> None:
        number = self.random.randrange(3)
        name = f"agent-{number}"
        if name not in self.engine.slots:
            self.engine.slots[name] = Slot(name, "service:s", "127.0.0.1", 8000 + number, self.now)

    def report(self) -> None:
        """Of any task that there ever was, as `agents.py` hands it on: if the engine still knows the task."""
        known = [task for task in self.ever if task in self.engine.tasks()]
        if not known:
            return
        task = self.random.choice(known)
        if self.random.random() < 0.5:
            self.engine.process_started(task)
        else:
            self.engine.process_stopped(task, self.random.choice([None, 0, 137]), self.random.choice([None, "why"]))

    def fall_silent(self) -> None:
        for slot in self.engine.slots.values():
            if self.random.random() < 0.5:
                slot.seen = self.now - AGENT_LOST_AFTER - 1
        self.engine.drop_lost_agents()

    def scale(self) -> None:
        self.service.desired_count = self.random.randrange(4)


@pytest.mark.parametrize("seed", range(40))
def test_no_order_of_messages_makes_an_illegal_move(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    world = World(seed)
    for _ in range(STEPS):
        world.step()
    assert [record.message for record in caplog.records if record.exc_info] == []  # a round logs what it raised
    assert len(world.ever) > 10
    assert {task.last_status for task in world.ever} <= set(MOVES)
    stopped = [task for task in world.ever if task.last_status == "STOPPED"]
    assert all(task.stopped_at and task.desired_status == "STOPPED" for task in stopped)
