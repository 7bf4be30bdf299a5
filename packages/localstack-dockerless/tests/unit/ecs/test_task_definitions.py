"""RegisterTaskDefinition refuses invalid requests with a reason."""

from typing import Any

import pytest

from localstack_dockerless.services.ecs import fargate_sizes
from localstack_dockerless.services.ecs.identifiers import refusal as identifiers_refusal
from localstack_dockerless.services.ecs.identifiers import task_definition_refusal
from localstack_dockerless.services.ecs.task_definitions import refusal

CONTAINER: dict[str, Any] = {"name": "api", "image": "api:1"}


def request(container: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "family": "api",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [CONTAINER if container is None else container],
        **changes,
    }


def test_a_small_definition_is_taken() -> None:
    assert refusal(request()) is None
    assert refusal(request(cpu=".25 vCPU", memory="0.5 GB")) is None


@pytest.mark.parametrize(
    ("cpu", "memory"), [("256", "512"), ("512", "1024"), ("1 vCPU", "2GB"), ("4096", "30720"), ("16384", "122880")]
)
def test_sizes_that_fargate_has(cpu: str, memory: str) -> None:
    assert fargate_sizes.exists(cpu, memory)


@pytest.mark.parametrize(
    ("cpu", "memory"),
    [
        ("256", "4096"),
        ("300", "512"),
        ("512", "512"),
        ("1024", "1024"),
        ("8192", "20000"),
        ("many", "512"),
        ("256", ""),
    ],
)
def test_sizes_that_fargate_does_not_have(cpu: str, memory: str) -> None:
    assert not fargate_sizes.exists(cpu, memory)


@pytest.mark.parametrize(
    "wrong",
    [
        request(cpu="256", memory="4096"),
        request(family="a family"),
        request(containerDefinitions=[]),
        request({"image": "api:1"}),
        request({"name": "api"}),
        request({**CONTAINER, "environment": [{"value": "x"}]}),
        request({**CONTAINER, "secrets": [{"name": "x"}], "executionRoleArn": "arn"}),
        request({**CONTAINER, "portMappings": [{"protocol": "tcp"}]}),
        request({**CONTAINER, "portMappings": [{"containerPort": 70000}]}),
    ],
)
def test_a_definition_that_lacks_something_is_refused(wrong: dict[str, Any]) -> None:
    assert isinstance(refusal(wrong), str)


def test_an_identifier_is_of_the_requests_own_cluster() -> None:
    arn = "arn:aws:ecs:eu-central-1:000000000000:service/app/api"
    assert identifiers_refusal([arn, "api"], "app", "Services", most=10) is None
    assert identifiers_refusal([arn], "my-app", "Services", most=10) == (
        "Identifier is for cluster app. Your cluster is my-app"
    )
    assert identifiers_refusal([], "app", "Services", most=10)
    assert identifiers_refusal(["a"] * 11, "app", "Services", most=10)


@pytest.mark.parametrize("name", ["api:one", "arn:aws:ecs:eu-central-1:0:task-definition/api:x"])
def test_a_revision_is_a_number(name: str) -> None:
    assert task_definition_refusal(name)
    assert task_definition_refusal("api:7") is None
    assert task_definition_refusal("api") is None
