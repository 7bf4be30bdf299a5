"""Shows services, deployments and tasks as ECS's API does."""

from typing import Any

from localstack_dockerless.services.ecs import task_lifecycle
from localstack_dockerless.services.ecs.model import Deployment, Service, Task

LATEST_FARGATE = "1.4.0"

DEFAULTS: dict[str, Any] = {
    "launchType": "FARGATE",
    "platformVersion": "LATEST",
    "schedulingStrategy": "REPLICA",
    "propagateTags": "NONE",
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "availabilityZoneRebalancing": "DISABLED",
    "deploymentController": {"type": "ECS"},
    "loadBalancers": [],
    "serviceRegistries": [],
    "healthCheckGracePeriodSeconds": 0,
}
DEPLOYMENT_DEFAULTS: dict[str, Any] = {
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
}


def service(shown: Service) -> dict[str, Any]:
    """Returns a Service of DescribeServices, without its tags."""
    settings = {**DEFAULTS, **{name: value for name, value in shown.settings.items() if value is not None}}
    configuration = {**DEPLOYMENT_DEFAULTS, **(settings.pop("deploymentConfiguration", None) or {})}
    return {
        **settings,
        "deploymentConfiguration": configuration,
        "serviceArn": shown.arn,
        "serviceName": shown.name,
        "clusterArn": shown.cluster_arn,
        "status": shown.status,
        "desiredCount": shown.desired_count,
        "runningCount": shown.count(*task_lifecycle.COUNTED_AS_RUNNING),
        "pendingCount": shown.count(*task_lifecycle.COUNTED_AS_PENDING),
        "taskDefinition": shown.primary.task_definition["taskDefinitionArn"],
        "platformFamily": "Linux",
        "deployments": [_deployment(shown, each) for each in shown.deployments],
        "events": shown.events,
        "createdAt": shown.created_at,
        "placementConstraints": [],
        "placementStrategy": [],
    }


def _deployment(shown: Service, deployment: Deployment) -> dict[str, Any]:
    view = {
        "id": deployment.id,
        "status": deployment.status,
        "taskDefinition": deployment.task_definition["taskDefinitionArn"],
        "desiredCount": shown.desired_count if deployment is shown.primary else 0,
        "runningCount": shown.count(*task_lifecycle.COUNTED_AS_RUNNING, deployment=deployment.id),
        "pendingCount": shown.count(*task_lifecycle.COUNTED_AS_PENDING, deployment=deployment.id),
        "failedTasks": deployment.failed_tasks,
        "createdAt": deployment.created_at,
        "updatedAt": deployment.updated_at,
        "launchType": "FARGATE",
        "platformVersion": LATEST_FARGATE,
        "platformFamily": "Linux",
        "rolloutState": deployment.rollout_state,
        "rolloutStateReason": deployment.rollout_reason or f"ECS deployment {deployment.id} in progress.",
    }
    if network := shown.settings.get("networkConfiguration"):
        view["networkConfiguration"] = network
    return view


def task(shown: Task) -> dict[str, Any]:
    """Returns a Task of DescribeTasks. `networkBindings` has the slot's real address and port."""
    optional = {
        "startedBy": shown.started_by or None,
        "overrides": _overrides(shown),
        "startedAt": shown.started_at,
        "stoppingAt": shown.stopping_at,
        "stoppedAt": shown.stopped_at,
        "executionStoppedAt": shown.stopped_at,
        "stoppedReason": shown.stopped_reason,
        "stopCode": shown.stop_code,
    }
    return {
        "taskArn": shown.arn,
        "clusterArn": shown.cluster_arn,
        "group": shown.group,
        "taskDefinitionArn": shown.task_definition["taskDefinitionArn"],
        "lastStatus": shown.last_status,
        "desiredStatus": shown.desired_status,
        "connectivity": "CONNECTED",
        "launchType": "FARGATE",
        "platformVersion": LATEST_FARGATE,
        "platformFamily": "Linux",
        "cpu": str(shown.task_definition.get("cpu", "")),
        "memory": str(shown.task_definition.get("memory", "")),
        "createdAt": shown.created_at,
        "healthStatus": shown.health,
        "version": 1,
        "containers": [_container(shown)],
        **{name: value for name, value in optional.items() if value is not None},
    }


def _container(shown: Task) -> dict[str, Any]:
    view = {
        "containerArn": f"{shown.arn.replace(':task/', ':container/')}/{shown.container['name']}",
        "taskArn": shown.arn,
        "name": shown.container["name"],
        "image": shown.container["image"],
        "lastStatus": shown.last_status if shown.last_status in ("RUNNING", "STOPPED") else "PENDING",
        "networkInterfaces": [{"privateIpv4Address": shown.address}] if shown.slot else [],
        "networkBindings": [
            {"bindIP": shown.address, "containerPort": port["containerPort"], "hostPort": shown.port}
            for port in shown.container.get("portMappings") or []
        ],
        "healthStatus": shown.health,
    }
    if shown.waits_for:
        view["reason"] = f"The task cannot be placed: {shown.waits_for}"
    if shown.exit_code is not None:
        view["exitCode"] = shown.exit_code
    if shown.last_status in ("DEACTIVATING", "STOPPING"):
        view["lastStatus"] = "RUNNING"
    return view


def _overrides(shown: Task) -> dict[str, Any]:
    """Returns the overrides of RunTask. ECS shows each container, also one without an override."""
    given = shown.overrides.get("containerOverrides") or [{"name": shown.container["name"]}]
    return {"inferenceAcceleratorOverrides": [], **shown.overrides, "containerOverrides": given}
