"""ECS refuses a setting that the agents cannot honour, and names it."""

from typing import Any

import pytest

from dockerless_testing.ecs_world import World
from dockerless_testing.refusals import refusal

CONTAINER: dict[str, Any] = {"name": "api", "image": "api"}
FILE = {"value": "arn:aws:s3:::b/variables.env", "type": "s3"}


@pytest.mark.parametrize(
    ("containers", "changes", "named"),
    [
        ([CONTAINER, {"name": "sidecar", "image": "x"}], {}, "2 containers"),
        ([CONTAINER], {"volumes": [{"name": "data"}]}, "volumes"),
        ([CONTAINER], {"requiresCompatibilities": ["EC2"]}, "EC2"),
        ([CONTAINER], {"networkMode": "bridge"}, "awsvpc"),
        ([{**CONTAINER, "mountPoints": [{"sourceVolume": "data", "containerPath": "/x"}]}], {}, "mountPoints"),
        ([{**CONTAINER, "healthCheck": {"command": ["true"]}}], {}, "CMD or CMD-SHELL"),
        ([{**CONTAINER, "healthCheck": {"command": ["CMD", "true"], "interval": 1}}], {}, "healthCheck.interval"),
        ([{**CONTAINER, "workingDirectory": "/x"}], {}, "workingDirectory"),
        ([{**CONTAINER, "logConfiguration": {"logDriver": "awsfirelens"}}], {}, "awsfirelens"),
        ([{**CONTAINER, "secrets": [{"name": "A", "valueFrom": "x"}]}], {"executionRoleArn": ""}, "executionRoleArn"),
    ],
)
def test_a_task_definition_that_no_agent_can_run(
    world: World, containers: list[Any], changes: dict[str, Any], named: str
) -> None:
    request = world.registration(*containers, **changes)
    assert named in refusal(world.ecs.register_task_definition, **request)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"launchType": "EC2"}, "EC2"),
        ({"schedulingStrategy": "DAEMON"}, "DAEMON"),
        ({"deploymentController": {"type": "CODE_DEPLOY"}}, "CODE_DEPLOY"),
        ({"serviceRegistries": [{"registryArn": "arn:x"}]}, "serviceRegistries"),
        ({"serviceConnectConfiguration": {"enabled": True}}, "serviceConnectConfiguration"),
        ({"deploymentConfiguration": {"strategy": "BLUE_GREEN"}}, "BLUE_GREEN"),
        ({"loadBalancers": [{"targetGroupArn": "arn:x", "containerName": "web", "containerPort": 8000}]}, "web"),
        ({"loadBalancers": [{"targetGroupArn": "arn:x", "containerName": "api", "containerPort": 1}]}, "port 1"),
    ],
)
def test_a_service_that_would_not_be_what_was_asked_for(world: World, settings: dict[str, Any], named: str) -> None:
    definition = world.task_definition()
    request = {"launchType": "FARGATE", "desiredCount": 1, "networkConfiguration": world.network(), **settings}
    answer = refusal(
        world.ecs.create_service, cluster=world.name, serviceName=world.name, taskDefinition=definition, **request
    )
    assert named in answer
    assert world.ecs.list_services(cluster=world.name)["serviceArns"] == []


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"launchType": "EC2"}, "launchType EC2"),
        ({"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]}, "capacityProviderStrategy"),
        ({"count": 11}, "Count must be between 1 and 10"),
        ({"group": "service:api"}, "Invalid group"),
        ({"overrides": {"inferenceAcceleratorOverrides": [{"deviceName": "d"}]}}, "inferenceAcceleratorOverrides"),
        ({"overrides": {"cpu": "300"}}, "No Fargate configuration"),
        ({"overrides": {"containerOverrides": [{"name": "web"}]}}, "Override for container named web is not"),
        (
            {
                "overrides": {
                    "containerOverrides": [{"name": "api", "environmentFiles": [{"value": "a", "type": "s3"}]}]
                }
            },
            "environmentFiles",
        ),
    ],
)
def test_a_task_that_would_not_be_what_was_asked_for(world: World, settings: dict[str, Any], named: str) -> None:
    assert named in refusal(world.run, **settings)
    assert world.ecs.list_tasks(cluster=world.name)["taskArns"] == []


def test_a_service_that_is_there_already(world: World) -> None:
    world.create(desired=0)
    assert "Creation of service was not idempotent" in refusal(world.create, desired=1)


def test_a_service_that_is_not_there(world: World) -> None:
    answer = refusal(world.ecs.update_service, cluster=world.name, service="none", desiredCount=1)
    assert "ServiceNotFoundException" in answer
    assert "ServiceNotFoundException" in refusal(world.ecs.delete_service, cluster=world.name, service="none")


def test_tasks_that_are_not_there(world: World) -> None:
    answer = world.ecs.describe_tasks(cluster=world.name, tasks=["0" * 32])
    assert (answer["tasks"], answer["failures"][0]["reason"]) == ([], "MISSING")
    assert "not found" in refusal(world.ecs.stop_task, cluster=world.name, task="0" * 32)
