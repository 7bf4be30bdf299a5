"""What ECS and the load balancer say of the ingestion service."""

from typing import Any

from local.observe.running import RunningStack

RECOVERY_SECONDS = 90


class Tasks:
    """What ECS and the load balancer say of the service."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._ecs, self._balancer = stack.client("ecs"), stack.client("elbv2")
        self.cluster, self.service = stack.outputs["ecs_cluster"], stack.outputs["ecs_service"]

    def description(self) -> dict[str, Any]:
        answer = self._ecs.describe_services(cluster=self.cluster, services=[self.service])
        return dict(answer["services"][0])

    def healthy(self) -> list[tuple[str, int]]:
        """The address and port of every healthy target."""
        groups = [balancer["targetGroupArn"] for balancer in self.description()["loadBalancers"]]
        answers = [self._balancer.describe_target_health(TargetGroupArn=group) for group in groups]
        return [
            (target["Target"]["Id"], target["Target"]["Port"])
            for answer in answers
            for target in answer["TargetHealthDescriptions"]
            if target["TargetHealth"]["State"] == "healthy"
        ]

    def running(self) -> list[dict[str, Any]]:
        arns = self._ecs.list_tasks(cluster=self.cluster, serviceName=self.service)["taskArns"]
        return list(self._ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]) if arns else []

    def are_complete(self, count: int = 2) -> bool:
        service = self.description()
        return bool(service["runningCount"] == service["desiredCount"] == len(self.healthy()) == count)
