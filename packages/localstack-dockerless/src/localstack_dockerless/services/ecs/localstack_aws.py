"""Implements `Aws` with LocalStack's own services."""

import logging
from collections.abc import Callable
from datetime import UTC
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from localstack_dockerless.iam.role_clients import AssumeRoleError, RoleClients
from localstack_dockerless.services.ecs import image_pull, secret_values
from localstack_dockerless.services.ecs.agent.protocol import Credentials
from localstack_dockerless.services.ecs.aws import Aws
from localstack_dockerless.services.ecs.model import Service, Task
from localstack_dockerless.services.ecs.scaling import ScalableTarget
from localstack_dockerless.services.ecs.task_definitions import log_stream, plain_environment

LOG = logging.getLogger(__name__)


class LocalStackAws(Aws):
    """Calls them in this process, in the task's region: with the task's execution role, else as the account."""

    def __init__(self) -> None:
        self._clients = RoleClients("ecs-tasks")

    def prepare(self, task: Task) -> dict[str, str]:
        if task.role:
            self.credentials(task)  # a role that ECS cannot assume fails the task at its start
        environment = _variables_of_ecs(task.region) | plain_environment(task.container)
        secrets = task.container.get("secrets") or []
        environment |= secret_values.resolve(secrets, self._as_execution_role(task))
        image_pull.check(task.container["image"], task.task_definition.get("executionRoleArn"), task.id)
        if task.container.get("logConfiguration"):
            _make_log_stream(task, self._logs(task))
        return environment

    def credentials(self, task: Task) -> Credentials:
        role = str(task.role)
        try:
            made = self._clients.credentials(role, task.id, task.region, _source(task))
        except AssumeRoleError as error:
            raise _cannot_assume(role, error) from error
        expiration = made["Expiration"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Credentials(
            role, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], expiration=expiration
        )

    def _as_execution_role(self, task: Task) -> Callable[[str, str | None], Any]:
        role = task.task_definition.get("executionRoleArn")
        return lambda name, region: self._client(name, role, task, region or task.region)

    def _logs(self, task: Task) -> Any:
        region = task.container["logConfiguration"]["options"]["awslogs-region"]
        return self._client("logs", task.task_definition.get("executionRoleArn"), task, region)

    def _client(self, name: str, role: str | None, task: Task, region: str) -> Any:
        if role is None:
            return connect_to(region_name=region, aws_access_key_id=task.account).get_client(name)
        try:
            return self._clients.client(name, role, task.id, region, _source(task))
        except AssumeRoleError as error:
            raise _cannot_assume(role, error) from error

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


def _variables_of_ecs(region: str) -> dict[str, str]:
    """Returns the variables that ECS sets beside the addresses of its endpoints, which the agent knows.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html
    """
    return {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE", "AWS_DEFAULT_REGION": region, "AWS_REGION": region}


def _source(task: Task) -> str:
    """Returns the source of ECS's AssumeRole. It has only the account: a trust policy cannot name a cluster.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return f"arn:aws:ecs:{task.region}:{task.account}:*"


def _cannot_assume(role: str, error: AssumeRoleError) -> secret_values.TaskCannotStartError:
    return secret_values.TaskCannotStartError(
        f"ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the "
        f"role being passed has the proper trust relationship and permissions. ({error})"
    )


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
