"""ECS refuses invalid requests in AWS's words. Services belong to one cluster."""

from typing import Any

import pytest

from dockerless_testing.ecs_world import World
from dockerless_testing.refusals import refusal_400


def network(**changes: Any) -> dict[str, Any]:
    return {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-0"], **changes}}}


def test_a_service_without_security_groups_is_made(world: World) -> None:
    """The service uses the VPC's default group, and shows none, as requested."""
    shown = world.create(desired=0)["networkConfiguration"]["awsvpcConfiguration"]
    assert (shown["securityGroups"], shown["assignPublicIp"]) == ([], "DISABLED")
    assert shown["subnets"] == world.network()["awsvpcConfiguration"]["subnets"]
    again = world.ecs.describe_services(cluster=world.name, services=[world.name])["services"][0]
    assert again["networkConfiguration"]["awsvpcConfiguration"] == shown


def test_a_service_asked_for_twice_is_one(world: World) -> None:
    definition = world.task_definition()
    first = world.create(desired=0, task_definition=definition)
    assert world.create(desired=0, task_definition=definition)["serviceArn"] == first["serviceArn"]
    assert "not idempotent" in refusal_400(world.create, desired=1, task_definition=definition)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"taskDefinition": "none"}, "ClientException: TaskDefinition not found."),
        ({"taskDefinition": "none:7"}, "ClientException: TaskDefinition not found."),
        ({"taskDefinition": "none:x"}, "InvalidParameterException: Invalid revision number."),
        ({"taskDefinition": ""}, "InvalidParameterException: TaskDefinition can not be blank."),
        ({"cluster": "none"}, "ClusterNotFoundException: Cluster not found."),
        ({"networkConfiguration": None}, "InvalidParameterException: Network Configuration must be provided"),
        (network(), "InvalidParameterException: Error retrieving subnet information for [subnet-0]"),
        (network(subnets=[]), "InvalidParameterException: subnets can not be empty."),
        (network(subnets=["subnet-0"] * 17), "InvalidParameterException: subnets can have at most 16 items."),
        ({"desiredCount": -1}, "InvalidParameterException: The desired count cannot be negative."),
        ({"serviceName": "a name"}, "InvalidParameterException: Service name"),
        ({"launchType": "EXTERNAL"}, "InvalidParameterException: launchType EXTERNAL"),
    ],
)
def test_a_service_that_aws_refuses(world: World, settings: dict[str, Any], said: str) -> None:
    request = {
        "cluster": world.name,
        "serviceName": world.name,
        "taskDefinition": world.task_definition(),
        "desiredCount": 1,
        "launchType": "FARGATE",
        "networkConfiguration": world.network(),
        **settings,
    }
    given = {name: value for name, value in request.items() if value is not None}
    assert refusal_400(world.ecs.create_service, **given).startswith(said)
    assert world.ecs.list_services(cluster=world.name)["serviceArns"] == []


def test_an_unknown_group_and_an_unknown_target_group_are_refused(world: World) -> None:
    subnets = world.network()["awsvpcConfiguration"]["subnets"]
    settings = network(subnets=subnets, securityGroups=["sg-0"])
    assert "The security group 'sg-0' does not exist" in refusal_400(world.create, desired=0, **settings)
    arn = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/none/0123456789abcdef"
    balancer = {"targetGroupArn": arn, "containerName": "api", "containerPort": 8000}
    assert "does not exist" in refusal_400(world.create, desired=0, loadBalancers=[balancer])
    elbv2, ec2 = world.emulator.client("elbv2"), world.emulator.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    alone = elbv2.create_target_group(Name=world.name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    balancer["targetGroupArn"] = alone["TargetGroups"][0]["TargetGroupArn"]
    said = refusal_400(world.create, desired=0, loadBalancers=[balancer])
    assert "does not have an associated load balancer" in said
    elbv2.delete_target_group(TargetGroupArn=balancer["targetGroupArn"])


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("update_service", {"service": "api"}),
        ("delete_service", {"service": "api"}),
        ("describe_services", {"services": ["api"]}),
        ("list_services", {}),
        ("list_tasks", {}),
        ("describe_tasks", {"tasks": ["0" * 32]}),
        ("stop_task", {"task": "0" * 32}),
        ("delete_cluster", {}),
    ],
)
def test_an_unknown_cluster_is_named_by_every_operation(world: World, operation: str, request_: Any) -> None:
    assert refusal_400(getattr(world.ecs, operation), cluster="none", **request_).startswith("ClusterNotFoundException")


def test_a_cluster_lists_only_its_own(world: World) -> None:
    """moto matches a cluster by the end of its name."""
    shorter = world.name[1:]
    world.ecs.create_cluster(clusterName=shorter)
    arn = world.create(desired=0)["serviceArn"]
    assert world.ecs.list_services(cluster=shorter)["serviceArns"] == []
    assert world.ecs.list_services(cluster=world.name)["serviceArns"] == [arn]
    answer = world.ecs.describe_services(cluster=shorter, services=[world.name])
    assert (answer["services"], answer["failures"][0]["reason"]) == ([], "MISSING")
    for operation, request in (
        (world.ecs.describe_services, {"services": [arn]}),
        (world.ecs.update_service, {"service": arn, "desiredCount": 1}),
        (world.ecs.delete_service, {"service": arn}),
    ):
        assert "Identifier is for cluster" in refusal_400(operation, cluster=shorter, **request)
    assert "ServiceNotFoundException" in refusal_400(world.ecs.list_tasks, cluster=shorter, serviceName=world.name)
    world.ecs.delete_cluster(cluster=shorter)


def test_an_arn_of_another_region_account_or_service_names_nothing(world: World) -> None:
    """moto looks at the end of an ARN only."""
    arn = world.create(desired=0)["serviceArn"]
    for part, other in (("eu-central-1", "us-west-2"), ("000000000000", "111111111111"), (":ecs:", ":lambda:")):
        elsewhere = arn.replace(part, other)
        answer = world.ecs.describe_services(cluster=world.name, services=[elsewhere])
        assert answer["services"] == []
        assert [each["reason"] for each in answer["failures"]] == ["MISSING"]
        said = refusal_400(world.ecs.update_service, cluster=world.name, service=elsewhere, desiredCount=1)
        assert said.startswith("ServiceNotFoundException")
        cluster = world.ecs.describe_clusters(clusters=[world.name])["clusters"][0]["clusterArn"]
        said = refusal_400(world.ecs.list_services, cluster=cluster.replace(part, other))
        assert said.startswith("ClusterNotFoundException")
    assert world.ecs.describe_services(cluster=world.name, services=[arn])["services"][0]["serviceArn"] == arn


def test_a_cluster_made_again_is_the_same(world: World) -> None:
    arn = world.create(desired=0)["serviceArn"]
    again = world.ecs.create_cluster(clusterName=world.name)["cluster"]
    assert again["activeServicesCount"] == 1
    assert world.ecs.list_services(cluster=world.name)["serviceArns"] == [arn]


def test_a_deleted_cluster_is_made_anew(world: World) -> None:
    name = f"{world.name}-again"
    for _ in range(2):
        assert world.ecs.create_cluster(clusterName=name)["cluster"]["status"] == "ACTIVE"
        assert world.ecs.describe_clusters(clusters=[name])["clusters"][0]["status"] == "ACTIVE"
        world.ecs.delete_cluster(cluster=name)
        assert refusal_400(world.ecs.list_services, cluster=name).startswith("ClusterNotFoundException")


def test_lists_that_are_empty_or_too_long_are_refused(world: World) -> None:
    for services in ([], [world.name] * 11):
        assert "InvalidParameterException" in refusal_400(
            world.ecs.describe_services, cluster=world.name, services=services
        )
    assert "InvalidParameterException" in refusal_400(world.ecs.describe_tasks, cluster=world.name, tasks=[])
    assert "InvalidParameterException" in refusal_400(world.ecs.list_tasks, cluster=world.name, desiredStatus="IDLE")
