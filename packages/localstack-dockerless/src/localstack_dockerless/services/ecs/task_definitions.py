"""Checks a task definition: a field that an agent cannot honour is refused by name, or has no effect."""

from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.ecs import fargate_sizes
from localstack_dockerless.services.ecs.identifiers import NAME

# Sizes, placement and packaging have no effect on a process of this machine.
WITHOUT_EFFECT = {
    "family", "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities", "cpu", "memory",
    "tags", "runtimePlatform", "ephemeralStorage", "containerDefinitions", "enableFaultInjection",
}  # fmt: skip
CONTAINER_HONOURED = {
    "name", "essential", "environment", "secrets", "logConfiguration", "portMappings", "stopTimeout", "command",
    "entryPoint", "healthCheck",
}  # fmt: skip
# The process has the file system and the user of this machine. A start timeout is for the containers that this one
# depends on, and a task here has one container.
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
CONTAINER_WITHOUT_EFFECT = {
    "image", "cpu", "memory", "memoryReservation", "readonlyRootFilesystem", "user", "dockerLabels",
    "versionConsistency", "privileged", "startTimeout",
}  # fmt: skip
HEALTH_CHECK_LIMITS = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}
LOG_OPTIONS = {
    "awslogs-group", "awslogs-region", "awslogs-stream-prefix", "awslogs-create-group", "mode",
    "max-buffer-size",
}  # fmt: skip


def refusal(request: Mapping[str, Any]) -> str | None:
    """Returns why RegisterTaskDefinition's `request` cannot be honoured, or None."""
    unknown = sorted(name for name, value in request.items() if value and name not in WITHOUT_EFFECT)
    if unknown:
        return f"{', '.join(unknown)}: not supported by this emulator's ECS agents."
    if request.get("requiresCompatibilities") != ["FARGATE"]:
        return "requiresCompatibilities must be [FARGATE]: EC2 and external launch types are not emulated."
    if request.get("networkMode") != "awsvpc":
        return "Networking mode must be awsvpc for Fargate tasks."
    return _size_refusal(request) or _containers_refusal(request)


def _size_refusal(request: Mapping[str, Any]) -> str | None:
    if not request.get("cpu") or not request.get("memory"):
        return "Fargate requires that 'cpu' and 'memory' be defined at the task level."
    if not fargate_sizes.exists(request["cpu"], request["memory"]):
        return "No Fargate configuration exists for given values."
    return None


def _containers_refusal(request: Mapping[str, Any]) -> str | None:
    if not NAME.fullmatch(request.get("family") or ""):
        return "Family contains invalid characters."
    containers = request.get("containerDefinitions") or []
    if len(containers) != 1:
        return f"{len(containers)} containers: an agent runs exactly one container per task."
    return _lacking(containers[0]) or _container_refusal(containers[0]) or _role_refusal(request, containers[0])


def _container_refusal(container: Mapping[str, Any]) -> str | None:
    name = container.get("name")
    known = CONTAINER_HONOURED | CONTAINER_WITHOUT_EFFECT | {"linuxParameters"}
    unknown = sorted(key for key, value in container.items() if value and key not in known)
    if unknown:
        return f"container {name}: {', '.join(unknown)}: not supported by this emulator's ECS agents."
    if set(container.get("linuxParameters") or {}) - {"initProcessEnabled"}:
        return f"container {name}: of linuxParameters only initProcessEnabled is supported by this emulator."
    if container.get("essential") is False:
        return "A task definition must have at least one essential container."
    if container.get("privileged"):
        return "Fargate does not support privileged containers."
    return (
        _port_refusal(container)
        or _name_refusal(container)
        or _log_refusal(container)
        or _health_check_refusal(container.get("healthCheck") or {})
    )


def _lacking(container: Mapping[str, Any]) -> str | None:
    """Returns the refusal for a required field that the container lacks, or None."""
    if not NAME.fullmatch(container.get("name") or ""):
        return "Container.name contains invalid characters."
    if not container.get("image"):
        return "Container.image should not be null or empty."
    wanted = {"environment": ("name",), "secrets": ("name", "valueFrom"), "portMappings": ("containerPort",)}
    for where, fields in wanted.items():
        for entry in container.get(where) or []:
            if missing := [field for field in fields if not entry.get(field)]:
                return f"container {container['name']}: {where}.{missing[0]} should not be null or empty."
    return None


def _port_refusal(container: Mapping[str, Any]) -> str | None:
    ports = container.get("portMappings") or []
    if len(ports) > 1:
        return f"container {container.get('name')}: an agent's slot has one port, not {len(ports)}."
    for port in ports:
        if not 1 <= port["containerPort"] <= 65535:
            return f"container {container.get('name')}: the container port must be between 1 and 65535."
        if port.get("protocol", "tcp") != "tcp" or port.get("containerPortRange"):
            return f"container {container.get('name')}: portMappings must be one tcp containerPort."
        if port.get("hostPort") not in (None, 0, port.get("containerPort")):
            return "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
    return None


def _name_refusal(container: Mapping[str, Any]) -> str | None:
    plain = {variable["name"] for variable in container.get("environment") or []}
    secret = [variable["name"] for variable in container.get("secrets") or []]
    shared = sorted({name for name in secret if name in plain or secret.count(name) > 1})
    if shared:
        return (
            "The secret name must be unique and not shared with any new or existing environment variables "
            f"set on the container, such as '{shared[0]}'."
        )
    return None


def _log_refusal(container: Mapping[str, Any]) -> str | None:
    configuration = container.get("logConfiguration")
    if not configuration:
        return None
    if configuration.get("logDriver") != "awslogs":
        return f"log driver {configuration.get('logDriver')}: only awslogs is supported by this emulator."
    if configuration.get("secretOptions"):
        return "logConfiguration.secretOptions: not supported by this emulator's ECS agents."
    options = configuration.get("options") or {}
    missing = {"awslogs-group", "awslogs-region", "awslogs-stream-prefix"} - set(options)
    if missing:
        return f"Log driver awslogs requires options: {', '.join(sorted(missing))}."
    unknown = sorted(set(options) - LOG_OPTIONS)
    return f"log option {', '.join(unknown)}: not supported by this emulator." if unknown else None


def _health_check_refusal(check: Mapping[str, Any]) -> str | None:
    """Returns the refusal of a health check, or None.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
    """
    if not check:
        return None
    kind, *rest = check.get("command") or [""]
    if kind not in ("CMD", "CMD-SHELL", "NONE"):
        return f"The health check command must begin with CMD or CMD-SHELL, not with '{kind}'."
    if (kind == "CMD" and not rest) or (kind == "CMD-SHELL" and len(rest) != 1):
        return f"The health check command {kind} needs {'a program' if kind == 'CMD' else 'one text'} after it."
    for name, (least, most) in HEALTH_CHECK_LIMITS.items():
        if check.get(name) is not None and not least <= check[name] <= most:
            return f"healthCheck.{name} must be between {least} and {most}, not {check[name]}."
    return None


def _role_refusal(request: Mapping[str, Any], container: Mapping[str, Any]) -> str | None:
    if request.get("executionRoleArn"):
        return None
    if container.get("secrets"):
        return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'."
    if container.get("logConfiguration"):
        return "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    return None


def plain_environment(container: Mapping[str, Any]) -> dict[str, str]:
    """Returns the variables of the definition itself."""
    return {variable["name"]: variable.get("value", "") for variable in container.get("environment") or []}


def log_stream(container: Mapping[str, Any], task_id: str) -> str:
    """Returns `prefix/container/task`: the awslogs driver's name of the stream with a stream prefix."""
    options = container["logConfiguration"]["options"]
    return f"{options['awslogs-stream-prefix']}/{container['name']}/{task_id}"
