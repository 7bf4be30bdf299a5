"""Waits for the tasks of the ingestion service."""

import http.client
import time
from typing import Any

from local.launcher import loopback
from local.launcher.errors import StackError
from local.launcher.hints import make
from local.launcher.settings import INSTANCES
from local.observe.running import RunningStack


def wait_for_tasks(stack: RunningStack, progress: Any, timeout: float = 600) -> None:
    """Waits until every task is a healthy target and the API answers. Raises `StackError` with the events of ECS."""
    deadline = time.monotonic() + timeout
    ecs = stack.client("ecs")
    where = {"cluster": stack.outputs["ecs_cluster"], "services": [stack.outputs["ecs_service"]]}
    while True:
        service = ecs.describe_services(**where)["services"][0]
        healthy = _healthy_targets(stack, service)
        progress.show(f"{service['runningCount']} running, {healthy} healthy")
        if service["runningCount"] >= INSTANCES and healthy >= INSTANCES and _api_answers(stack):
            return
        if time.monotonic() > deadline:
            hint = make("logs", stack.name)
            said = "\n".join(event["message"] for event in service.get("events", [])[:5])
            raise StackError(f"the ingestion tasks did not become healthy within {timeout:g} s\n{said}\nsee: {hint}")
        time.sleep(0.2)


def _healthy_targets(stack: RunningStack, service: dict[str, Any]) -> int:
    elb = stack.client("elbv2")
    groups = [balancer["targetGroupArn"] for balancer in service["loadBalancers"]]
    health = [elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"] for group in groups]
    return sum(target["TargetHealth"]["State"] == "healthy" for targets in health for target in targets)


def _api_answers(stack: RunningStack) -> bool:
    try:
        loopback.read(f"{stack.api_url}/health")
    except (http.client.HTTPException, OSError):
        return False
    return True
