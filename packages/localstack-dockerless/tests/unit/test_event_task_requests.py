"""A rule's target becomes the parameters of RunTask."""

from typing import Any

from localstack_dockerless.services.events.task_requests import run_task_request

CLUSTER = "arn:aws:ecs:eu-central-1:000000000000:cluster/c"


def made(overrides: Any = None, **parameters: Any) -> dict[str, Any]:
    target = {"Arn": CLUSTER, "EcsParameters": {"TaskDefinitionArn": "family:3", **parameters}}
    return run_task_request(target, "nightly", overrides)


def test_the_least_target_starts_one_task() -> None:
    assert made() == {
        "cluster": CLUSTER,
        "taskDefinition": "family:3",
        "count": 1,
        "startedBy": "events-rule/nightly",
    }


def test_the_network_and_the_overrides_have_the_names_of_run_task() -> None:
    network = {"awsvpcConfiguration": {"Subnets": ["s"], "SecurityGroups": ["g"], "AssignPublicIp": "DISABLED"}}
    overrides = {"containerOverrides": [{"name": "app", "command": ["migrate"]}]}
    found = made(overrides, TaskCount=2, LaunchType="FARGATE", NetworkConfiguration=network)
    assert (found["count"], found["launchType"], found["overrides"]) == (2, "FARGATE", overrides)
    assert found["networkConfiguration"] == {
        "awsvpcConfiguration": {"subnets": ["s"], "securityGroups": ["g"], "assignPublicIp": "DISABLED"}
    }


def test_a_long_rule_name_is_cut() -> None:
    target = {"Arn": CLUSTER, "EcsParameters": {"TaskDefinitionArn": "f"}}
    assert len(run_task_request(target, "r" * 64, None)["startedBy"]) == 36
