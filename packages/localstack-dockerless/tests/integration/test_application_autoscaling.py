"""Terraform can write and read scalable targets and policies of an ECS service."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.ecs_world import World
from dockerless_testing.emulator import Emulator

DIMENSION = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
TRACKING = {
    "TargetValue": 60.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
    "ScaleInCooldown": 300,
    "ScaleOutCooldown": 60,
}


@pytest.fixture
def world(emulator: Emulator) -> Iterator[World]:
    made = World(emulator)
    made.create(desired=0)
    yield made
    made.close()


@pytest.fixture
def scaling(emulator: Emulator) -> Any:
    return emulator.client("application-autoscaling")


@pytest.fixture
def resource(world: World) -> str:
    return f"service/{world.name}/{world.name}"


def register(scaling: Any, resource: str, **settings: Any) -> str:
    limits = {"MinCapacity": 2, "MaxCapacity": 4, **settings}
    return str(scaling.register_scalable_target(ResourceId=resource, **DIMENSION, **limits)["ScalableTargetARN"])


def tags(scaling: Any, arn: str) -> Any:
    return scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]


def test_a_target_keeps_its_limits_and_tags(scaling: Any, resource: str) -> None:
    arn = register(scaling, resource, Tags={"project": "example"})
    assert tags(scaling, arn) == {"project": "example"}
    assert register(scaling, resource, MaxCapacity=6) == arn
    assert tags(scaling, arn) == {"project": "example"}
    (target,) = scaling.describe_scalable_targets(ResourceIds=[resource], ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 6)
    scaling.tag_resource(ResourceARN=arn, Tags={"stage": "local"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["project"])
    assert tags(scaling, arn) == {"stage": "local"}


def test_a_deregistered_target_and_its_tags_are_gone(scaling: Any, resource: str) -> None:
    arn = register(scaling, resource, Tags={"project": "example"})
    scaling.deregister_scalable_target(ResourceId=resource, **DIMENSION)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        tags(scaling, arn)


def test_a_target_tracking_policy_comes_back_as_written(scaling: Any, resource: str) -> None:
    register(scaling, resource)
    scaling.put_scaling_policy(
        PolicyName="cpu",
        ResourceId=resource,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=TRACKING,
        **DIMENSION,
    )
    (policy,) = scaling.describe_scaling_policies(ResourceId=resource, **DIMENSION)["ScalingPolicies"]
    assert policy["TargetTrackingScalingPolicyConfiguration"] == TRACKING
    scaling.delete_scaling_policy(PolicyName="cpu", ResourceId=resource, **DIMENSION)
    assert scaling.describe_scaling_policies(ResourceId=resource, **DIMENSION)["ScalingPolicies"] == []


def test_a_service_is_brought_within_its_target(scaling: Any, resource: str, world: World) -> None:
    register(scaling, resource, MinCapacity=1)
    world.start_agent()
    world.running(1)


def follow(scaling: Any, resource: str) -> None:
    scaling.put_scaling_policy(
        PolicyName="cpu",
        ResourceId=resource,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=TRACKING,
        **DIMENSION,
    )


def test_without_a_policy_the_desired_count_stays_within_the_range(scaling: Any, resource: str, world: World) -> None:
    for _ in range(2):
        world.start_agent()
    register(scaling, resource, MinCapacity=1)
    world.running(1)
    world.start_agent()
    world.running(1)
    world.update(desiredCount=3)
    register(scaling, resource, MinCapacity=1, MaxCapacity=2)
    world.running(2)


def test_tasks_follow_the_agents_that_come_and_go(scaling: Any, resource: str, world: World) -> None:
    register(scaling, resource, MinCapacity=1, MaxCapacity=2)
    follow(scaling, resource)
    for _ in range(3):
        world.start_agent()
    world.running(2)
    for agent in world.agents[:2]:
        agent.send_signal(signal.SIGTERM)
    world.running(1)


def test_a_killed_agent_lowers_nothing(scaling: Any, resource: str, world: World) -> None:
    register(scaling, resource, MinCapacity=1)
    follow(scaling, resource)
    for _ in range(2):
        world.start_agent()
    world.running(2)
    world.agents[0].kill()
    world.stopped("stopped answering")
    assert (world.service()["desiredCount"], world.service()["runningCount"]) == (2, 1)


def test_a_scheduled_action_that_would_not_run_is_refused(scaling: Any, resource: str) -> None:
    register(scaling, resource)
    with pytest.raises(ClientError, match="PutScheduledAction of application-autoscaling is not supported"):
        scaling.put_scheduled_action(
            ScheduledActionName="night", ResourceId=resource, Schedule="cron(0 20 * * ? *)", **DIMENSION
        )


def test_a_target_of_no_service_is_refused(scaling: Any) -> None:
    with pytest.raises(ClientError):
        register(scaling, "service/none/none")
