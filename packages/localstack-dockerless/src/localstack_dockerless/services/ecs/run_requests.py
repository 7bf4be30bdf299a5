"""Checks RunTask, and puts its overrides into the task definition. Its functions are pure.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
"""

import copy
from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.ecs import fargate_sizes

HONOURED = {
    "cluster", "taskDefinition", "count", "group", "startedBy", "overrides", "networkConfiguration", "launchType",
    "tags", "clientToken",
}  # fmt: skip
WITHOUT_EFFECT = {"platformVersion", "enableECSManagedTags", "referenceId"}
MOST_TASKS = 10
LONGEST_STARTED_BY = 128
TASK_OVERRIDES = {"cpu", "memory", "taskRoleArn", "executionRoleArn"}
OVERRIDES = TASK_OVERRIDES | {"containerOverrides", "ephemeralStorage"}
CONTAINER_OVERRIDES = {"name", "command", "environment", "cpu", "memory", "memoryReservation"}


def refusal(request: Mapping[str, Any], definition: Mapping[str, Any]) -> str | None:
    """Returns why RunTask's `request` for the task definition cannot be honoured, or None."""
    unknown = sorted(name for name, value in request.items() if value and name not in HONOURED | WITHOUT_EFFECT)
    if unknown:
        return f"{', '.join(unknown)}: not supported by this emulator's ECS."
    if request.get("launchType", "FARGATE") != "FARGATE":
        return f"launchType {request['launchType']}: this emulator's ECS supports FARGATE only."
    if not 1 <= request.get("count", 1) <= MOST_TASKS:
        return f"Count must be between 1 and {MOST_TASKS}."
    if len(request.get("startedBy") or "") > LONGEST_STARTED_BY:
        return f"startedBy can have at most {LONGEST_STARTED_BY} characters."
    if (request.get("group") or "").startswith("service:"):
        return "Invalid group: the groups of services cannot be used."
    return _overrides_refusal(request.get("overrides") or {}, definition)


def _overrides_refusal(overrides: Mapping[str, Any], definition: Mapping[str, Any]) -> str | None:
    if unknown := sorted(name for name, value in overrides.items() if value and name not in OVERRIDES):
        return f"overrides.{unknown[0]}: not supported by this emulator's ECS."
    names = [container["name"] for container in definition["containerDefinitions"]]
    for container in overrides.get("containerOverrides") or []:
        if container.get("name") not in names:
            return f"Override for container named {container.get('name')} is not a container in the TaskDefinition."
        unknown = sorted(name for name, value in container.items() if value and name not in CONTAINER_OVERRIDES)
        if unknown:
            return f"containerOverrides.{unknown[0]}: not supported by this emulator's ECS."
    size = {name: str(overrides.get(name) or definition[name]) for name in ("cpu", "memory")}
    return None if fargate_sizes.exists(**size) else "No Fargate configuration exists for given values."


def with_overrides(definition: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a copy of the task definition with the overrides in it.

    A container's command is replaced. Its variables are added, and replace the ones of the same name.
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerOverride.html
    """
    result = copy.deepcopy(dict(definition))
    result |= {name: overrides[name] for name in TASK_OVERRIDES if overrides.get(name)}
    containers = {container["name"]: container for container in result["containerDefinitions"]}
    for given in overrides.get("containerOverrides") or []:
        container = containers[given["name"]]
        if given.get("command"):
            container["command"] = given["command"]
        changed = {variable["name"] for variable in given.get("environment") or []}
        kept = [variable for variable in container.get("environment") or [] if variable["name"] not in changed]
        container["environment"] = [*kept, *(given.get("environment") or [])]
    return result
