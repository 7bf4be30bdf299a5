"""Checks CreateService and UpdateService: a field that is not honoured is refused by name."""

from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.ecs.identifiers import name_refusal

# They are kept and shown as they were written.
KEPT = {
    "loadBalancers", "launchType", "platformVersion", "schedulingStrategy", "deploymentConfiguration",
    "networkConfiguration", "healthCheckGracePeriodSeconds", "deploymentController", "enableECSManagedTags",
    "propagateTags", "enableExecuteCommand", "availabilityZoneRebalancing",
}  # fmt: skip
READ = {
    "cluster",
    "service",
    "serviceName",
    "taskDefinition",
    "desiredCount",
    "forceNewDeployment",
    "tags",
    "clientToken",
}
ONLY: dict[str, Any] = {
    "launchType": ("FARGATE",),
    "schedulingStrategy": ("REPLICA",),
    "deploymentController": ({"type": "ECS"},),
}
DEPLOYMENT_KEPT = {"maximumPercent", "minimumHealthyPercent", "deploymentCircuitBreaker", "strategy"}


def settings(request: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of `request` that a service keeps."""
    kept = {name: value for name, value in request.items() if name in KEPT and value is not None}
    if "networkConfiguration" in kept:
        kept["networkConfiguration"] = network_as_shown(kept["networkConfiguration"])
    return kept


def network_as_shown(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the configuration as DescribeServices does. The default group is used, and not shown."""
    wanted = configuration["awsvpcConfiguration"]
    return {"awsvpcConfiguration": {"securityGroups": [], "assignPublicIp": "DISABLED", **wanted}}


def new_service_refusal(request: Mapping[str, Any]) -> str | None:
    """Returns the fault of a CreateService that lacks a field, in AWS's words, or None."""
    if not request.get("taskDefinition"):
        return "TaskDefinition can not be blank."
    return name_refusal(request.get("serviceName") or "", "Service")


def refusal(request: Mapping[str, Any]) -> str | None:
    """Returns why this service cannot be emulated truthfully, or None. An empty value requests nothing."""
    unknown = sorted(name for name, value in request.items() if value and name not in KEPT | READ)
    if unknown:
        return f"{', '.join(unknown)}: not supported by this emulator's ECS."
    if (request.get("desiredCount") or 0) < 0:
        return "The desired count cannot be negative."
    if (request.get("healthCheckGracePeriodSeconds") or 0) < 0:
        return "healthCheckGracePeriodSeconds cannot be negative."
    for name, allowed in ONLY.items():
        if request.get(name) and request[name] not in allowed:
            return f"{name} {request[name]}: this emulator's ECS supports {allowed[0]} only."
    return _deployment_refusal(request.get("deploymentConfiguration") or {})


def _deployment_refusal(configuration: Mapping[str, Any]) -> str | None:
    asked = {
        name for name, value in configuration.items() if value and not (name == "alarms" and not value.get("enable"))
    }
    if unknown := sorted(asked - DEPLOYMENT_KEPT):
        return f"deploymentConfiguration.{unknown[0]}: not supported by this emulator's ECS."
    if configuration.get("strategy", "ROLLING") != "ROLLING":
        return f"deployment strategy {configuration['strategy']}: this emulator's ECS supports ROLLING only."
    return None


def load_balancer_refusal(request: Mapping[str, Any], task_definition: Mapping[str, Any]) -> str | None:
    """Returns ECS's refusal of `loadBalancers` that do not fit the task definition, or None."""
    container = task_definition["containerDefinitions"][0]
    ports = [port.get("containerPort") for port in container.get("portMappings") or []]
    for balancer in request.get("loadBalancers") or []:
        if not balancer.get("targetGroupArn") or balancer.get("advancedConfiguration"):
            return "loadBalancers: this emulator's ECS supports targetGroupArn, containerName, containerPort."
        if balancer.get("containerName") != container["name"]:
            return f"The container {balancer.get('containerName')} does not exist in the task definition."
        if balancer.get("containerPort") not in ports:
            return (
                f"The container {container['name']} did not have a container port "
                f"{balancer.get('containerPort')} defined."
            )
    return None
