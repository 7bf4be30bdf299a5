"""Implements `Aws` with LocalStack's own services."""

import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from localstack_dockerless.iam.role_clients import AssumeRoleError, RoleClients
from localstack_dockerless.services.ecs import image_pull, secret_values
from localstack_dockerless.services.ecs.aws import Aws
from localstack_dockerless.services.ecs.model import Service, Task
from localstack_dockerless.services.ecs.scaling import ScalableTarget
from localstack_dockerless.services.ecs.task_definitions import log_stream, plain_environment

LOG = logging.getLogger(__name__)


class LocalStackAws(Aws):
    """Calls them in this process, in the service's region: with the task's execution role, else as the account."""

    def __init__(self) -> None:
        self._clients = RoleClients("ecs-tasks")

    def prepare(self, service: Service, task: Task) -> dict[str, str]:
        self._assume_task_role(service, task)
        environment = plain_environment(task.container)
        secrets = task.container.get("secrets") or []
        environment |= secret_values.resolve(secrets, self._as_execution_role(service, task))
        image_pull.check(task.container["image"], task.task_definition.get("executionRoleArn"), task.id)
        if task.container.get("logConfiguration"):
            _make_log_stream(task, self._logs(task))
        return environment

    def _assume_task_role(self, service: Service, task: Task) -> None:
        """Assumes the task's role as ECS does. Agents get no credentials of it: the service calls no AWS."""
        role = task.task_definition.get("taskRoleArn")
        if role:
            self._client("sts", role, task, service.region)

    def _as_execution_role(self, service: Service, task: Task) -> Callable[[str, str | None], Any]:
        role = task.task_definition.get("executionRoleArn")
        return lambda name, region: self._client(name, role, task, region or service.region)

    def _logs(self, task: Task) -> Any:
        region = task.container["logConfiguration"]["options"]["awslogs-region"]
        return self._client("logs", task.task_definition.get("executionRoleArn"), task, region)

    def _client(self, name: str, role: str | None, task: Task, region: str) -> Any:
        """Makes a client. ECS sends only its account: a role's trust policy cannot name a cluster.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
        """
        _, _, _, own_region, account, *_ = task.cluster_arn.split(":")
        if role is None:
            return connect_to(region_name=region, aws_access_key_id=account).get_client(name)
        try:
            return self._clients.client(name, role, task.id, region, f"arn:aws:ecs:{own_region}:{account}:*")
        except AssumeRoleError as error:
            raise secret_values.TaskCannotStartError(
                f"ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the "
                f"role being passed has the proper trust relationship and permissions. ({error})"
            ) from error

    def register(self, service: Service, task: Task) -> None:
        for group in service.target_groups:
            _client(service, "elbv2").register_targets(TargetGroupArn=group, Targets=[_target(task)])

    def deregister(self, service: Service, task: Task) -> None:
        for group in service.target_groups:
            try:
                _client(service, "elbv2").deregister_targets(TargetGroupArn=group, Targets=[_target(task)])
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("TargetGroupNotFound", "InvalidTarget"):
                    raise

    def target_health(self, service: Service) -> dict[tuple[str, int], dict[str, str]]:
        worst: dict[tuple[str, int], dict[str, str]] = {}
        for group in service.target_groups:
            answer = _client(service, "elbv2").describe_target_health(TargetGroupArn=group)
            for described in answer["TargetHealthDescriptions"]:
                health = described["TargetHealth"]
                key = (described["Target"]["Id"], described["Target"]["Port"])
                if key not in worst or health["State"] != "healthy":
                    reason = health.get("Description") or health.get("Reason", "")
                    worst[key] = {"state": health["State"], "group": group, "reason": reason}
        return worst

    def scalable_target(self, service: Service) -> ScalableTarget | None:
        found = _client(service, "application-autoscaling").describe_scalable_targets(
            ServiceNamespace="ecs",
            ResourceIds=[service.scalable_resource],
            ScalableDimension="ecs:service:DesiredCount",
        )["ScalableTargets"]
        if not found:
            return None
        suspended = found[0].get("SuspendedState") or {}
        return ScalableTarget(
            least=found[0]["MinCapacity"],
            most=found[0]["MaxCapacity"],
            follows=_has_policy(service),
            out_suspended=bool(suspended.get("DynamicScalingOutSuspended")),
            in_suspended=bool(suspended.get("DynamicScalingInSuspended")),
        )

    def log(self, task: Task, lines: list[tuple[int, str]]) -> None:
        options = (task.container.get("logConfiguration") or {}).get("options")
        if not options:
            return
        try:
            self._logs(task).put_log_events(
                logGroupName=options["awslogs-group"],
                logStreamName=log_stream(task.container, task.id),
                logEvents=[{"timestamp": moment, "message": text} for moment, text in lines],
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                raise
            LOG.error("%d lines of the task %s are lost: %s", len(lines), task.id, error)  # as the awslogs driver does


def _has_policy(service: Service) -> bool:
    policies = _client(service, "application-autoscaling").describe_scaling_policies(
        ServiceNamespace="ecs", ResourceId=service.scalable_resource, ScalableDimension="ecs:service:DesiredCount"
    )
    return bool(policies["ScalingPolicies"])


def _client(service: Service, name: str) -> Any:
    return connect_to(region_name=service.region, aws_access_key_id=service.account).get_client(name)


def _make_log_stream(task: Task, logs: Any) -> None:
    options = task.container["logConfiguration"]["options"]
    try:
        if options.get("awslogs-create-group") == "true":
            _create_group(logs, options["awslogs-group"])
        logs.create_log_stream(logGroupName=options["awslogs-group"], logStreamName=log_stream(task.container, task.id))
    except ClientError as error:
        raise secret_values.TaskCannotStartError(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried "
            f"1 times: failed to create Cloudwatch log stream: {error} ({options['awslogs-group']})"
        ) from error


def _create_group(logs: Any, name: str) -> None:
    try:
        logs.create_log_group(logGroupName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _target(task: Task) -> dict[str, Any]:
    return {"Id": task.address, "Port": task.port}
