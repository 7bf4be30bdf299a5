"""The engine works step by step with a fake AWS and a clock that the test moves."""

from typing import Any

import pytest

from localstack_dockerless.services.ecs.agent.protocol import Credentials
from localstack_dockerless.services.ecs.engine import DRAIN, RETRY, Engine
from localstack_dockerless.services.ecs.health import HEALTHY_WITHIN, PROVEN_AFTER
from localstack_dockerless.services.ecs.model import Deployment, Service, Slot, Task
from localstack_dockerless.services.ecs.places import AGENT_LOST_AFTER
from localstack_dockerless.services.ecs.scaling import ScalableTarget
from localstack_dockerless.services.ecs.secret_values import TaskCannotStartError

CLUSTER = "arn:aws:ecs:eu-central-1:000000000000:cluster/c"
DEFINITION = {"taskDefinitionArn": "definition:1", "containerDefinitions": [{"name": "api", "image": "api"}]}
GROUP = "arn:group"
BALANCED = {"loadBalancers": [{"targetGroupArn": GROUP}]}


class FakeAws:
    """Keeps the targets. `states` has the health of each port."""

    def __init__(self) -> None:
        self.targets: list[int] = []
        self.states: dict[int, str] = {}
        self.missing_secret = False
        self.fails = False
        self.limits: ScalableTarget | None = ScalableTarget(2, 4, follows=True)

    def prepare(self, task: Task) -> dict[str, str]:
        if self.missing_secret:
            raise TaskCannotStartError("ResourceInitializationError: no secret")
        return {"PASSWORD": "secret"}

    def credentials(self, task: Task) -> Credentials:
        raise AssertionError(f"no agent asks for credentials of {task.id}")

    def register(self, service: Service, task: Task) -> None:
        if self.fails:
            raise RuntimeError("elbv2 is down")
        self.targets.append(task.port)

    def deregister(self, service: Service, task: Task) -> None:
        self.targets.remove(task.port)

    def target_health(self, service: Service) -> dict[tuple[str, int], dict[str, str]]:
        return {
            ("127.0.0.1", port): {"state": self.states.get(port, "healthy"), "group": GROUP, "reason": "why"}
            for port in self.targets
        }

    def scalable_target(self, service: Service) -> ScalableTarget | None:
        return self.limits

    def log(self, task: Task, lines: list[tuple[int, str]]) -> None:
        """Does nothing."""


class Harness:
    """Holds an engine without its thread, one service, and the agents that the test plays."""

    def __init__(self, desired: int, agents: int, **settings: Any) -> None:
        self.now = 100.0
        self.aws = FakeAws()
        self.engine = Engine(self.aws, clock=lambda: self.now)
        self.engine.ensure_running = lambda: None  # type: ignore[method-assign]  # rounds are the test's
        deployments = [Deployment(DEFINITION)]
        self.service = Service("arn:a:ecs:r:1:service/c/s", CLUSTER, "s", desired, settings, deployments)
        self.engine.services.append(self.service)
        for number in range(agents):
            self.add_agent(number)

    def add_agent(self, number: int) -> Slot:
        slot = Slot(f"agent-{number}", "service:s", "127.0.0.1", 8000 + number, self.now)
        self.engine.slots[slot.instance] = slot
        return slot

    def rounds(self, count: int = 4) -> None:
        """Makes rounds in which the agents obey at once."""
        for _ in range(count):
            self.engine.round()
            for slot in self.engine.slots.values():
                self.obey(slot)

    def obey(self, slot: Slot) -> None:
        slot.seen = self.now
        if slot.task and slot.task.last_status == "PENDING":
            self.engine.process_started(slot.task)
        elif slot.task and slot.task.last_status == "STOPPING":
            self.engine.process_stopped(slot.task, 0, None)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for slot in self.engine.slots.values():
            slot.seen = self.now
        self.rounds()

    def messages(self) -> str:
        return "\n".join(event["message"] for event in self.service.events)


def test_a_task_is_a_target_while_it_runs_and_not_after() -> None:
    world = Harness(1, 1, **BALANCED)
    world.rounds()
    (task,) = world.service.tasks
    assert (task.last_status, world.aws.targets) == ("RUNNING", [8000])
    world.service.desired_count = 0
    world.engine.round()
    world.engine.round()
    assert (task.last_status, world.aws.targets) == ("DEACTIVATING", [])  # out first, told afterwards
    world.pass_time(DRAIN)
    assert task.last_status == "STOPPED"


def test_a_resolved_environment_is_forgotten_with_its_task() -> None:
    world = Harness(1, 1)
    world.rounds()
    (task,) = world.service.tasks
    assert task.environment == {"PASSWORD": "secret"}
    assert "secret" not in repr(task)
    world.service.status = "DRAINING"
    world.rounds()
    assert task.environment == {}


def test_without_its_secret_a_task_is_never_handed_to_an_agent() -> None:
    world = Harness(1, 1)
    world.aws.missing_secret = True
    world.rounds()
    (task,) = world.service.tasks
    assert (task.last_status, task.started_at, task.stop_code) == ("STOPPED", None, "TaskFailedToStart")
    assert "ResourceInitializationError" in world.messages()
    world.aws.missing_secret = False
    world.pass_time(5.0)
    assert world.service.count("RUNNING") == 1


def test_an_agent_that_falls_silent_loses_its_task_and_its_target() -> None:
    world = Harness(1, 1, **BALANCED)
    world.rounds()
    world.now += AGENT_LOST_AFTER + 1
    world.engine.round()
    assert (world.engine.slots, world.aws.targets) == ({}, [])
    assert world.service.tasks[0].last_status == "STOPPED"


def test_an_unhealthy_task_is_replaced_after_the_grace_period() -> None:
    world = Harness(1, 1, **BALANCED, healthCheckGracePeriodSeconds=60)
    world.aws.states[8000] = "unhealthy"
    world.rounds()
    world.pass_time(59)
    assert world.service.tasks[0].last_status == "RUNNING"
    world.pass_time(2)
    world.pass_time(DRAIN)
    assert world.service.tasks[0].stopped_reason == f"Task failed ELB health checks in (target-group {GROUP})"
    assert "is unhealthy in (target-group" in world.messages()


def test_a_task_that_never_becomes_healthy_is_given_up() -> None:
    world = Harness(1, 1, **BALANCED)
    world.aws.states[8000] = "initial"
    world.rounds()
    world.pass_time(HEALTHY_WITHIN - 1)
    assert world.service.tasks[0].last_status == "RUNNING"
    world.pass_time(2)
    assert world.service.tasks[0].desired_status == "STOPPED"


def test_without_a_load_balancer_a_task_is_proven_by_lasting() -> None:
    world = Harness(1, 1)
    world.rounds()
    assert not world.service.steady
    world.pass_time(PROVEN_AFTER)
    assert world.service.steady


def test_a_round_that_fails_is_tried_again_later(caplog: pytest.LogCaptureFixture) -> None:
    world = Harness(1, 1, **BALANCED)
    world.aws.fails = True
    world.rounds()
    assert not world.service.tasks[0].registered
    assert len(caplog.records) == 1  # not one a round
    world.aws.fails = False
    world.pass_time(RETRY)
    assert world.service.tasks[0].registered


def test_a_deleted_service_is_inactive_once_its_tasks_are_gone() -> None:
    world = Harness(1, 1)
    world.rounds()
    world.service.status, world.service.desired_count = "DRAINING", 0
    world.engine.round()
    assert world.service.status == "DRAINING"
    world.rounds()
    assert world.service.status == "INACTIVE"


def joins(world: Harness, number: int) -> None:
    world.engine.place_joined(world.add_agent(number))
    world.rounds()


def leaves(world: Harness, number: int) -> None:
    slot = world.engine.slots[f"agent-{number}"]
    world.engine.place_left(slot)
    slot.leaving = True
    if slot.task:
        slot.task.ask_to_stop("leaving", "TerminationNotice")
    world.rounds()
    world.pass_time(DRAIN)
    del world.engine.slots[slot.instance]


def test_tasks_and_targets_follow_the_places() -> None:
    world = Harness(2, 2, **BALANCED)
    world.rounds()
    joins(world, 2)
    joins(world, 3)
    assert (world.service.desired_count, sorted(world.aws.targets)) == (4, [8000, 8001, 8002, 8003])
    leaves(world, 3)
    leaves(world, 0)
    assert (world.service.desired_count, sorted(world.aws.targets)) == (2, [8001, 8002])


def test_a_place_that_is_lost_lowers_nothing() -> None:
    world = Harness(4, 4, **BALANCED)
    world.rounds()
    world.now += AGENT_LOST_AFTER + 1
    for slot in list(world.engine.slots.values())[:3]:
        slot.seen = world.now
    world.rounds()
    assert (world.service.desired_count, sorted(world.aws.targets)) == (4, [8000, 8001, 8002])
    assert world.engine.missed == {("127.0.0.1", 8003)}


def test_agents_of_another_port_take_over() -> None:
    """After a load on another port the former agents never speak again. As many new ones are no new places."""
    world = Harness(2, 2, **BALANCED)
    world.rounds()
    with world.engine.change():
        world.engine.leave_agents_behind()
    assert [task.stopped_reason for task in world.service.tasks] == [
        "The agent that ran this task belongs to other ports."
    ] * 2
    for number in (10, 11):
        assert world.engine.take_expected()
        world.add_agent(number)
    assert not world.engine.take_expected()
    world.rounds()
    assert (world.service.desired_count, sorted(world.aws.targets)) == (2, [8010, 8011])


def test_without_a_scalable_target_the_desired_count_is_the_user_s() -> None:
    world = Harness(1, 1)
    world.aws.limits = None
    world.rounds()
    joins(world, 1)
    assert world.service.desired_count == 1
    world.aws.limits = ScalableTarget(1, 4, follows=True)
    world.rounds()
    assert world.service.desired_count == 1  # what happened before does not count


def test_a_registered_target_brings_its_service_within_it() -> None:
    world = Harness(1, 3)
    world.engine.limits_changed("1", "r", "service/c/s")
    world.rounds()
    assert world.service.desired_count == 2
