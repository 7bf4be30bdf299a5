"""`Aws` on LocalStack's own services."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to

from emulator.ecs import secret_values
from emulator.ecs.aws import Aws
from emulator.ecs.model import Service, Task
from emulator.ecs.scaling import ScalableTarget
from emulator.ecs.task_definitions import log_stream, plain_environment


class LocalStackAws(Aws):
    """Asks them in process, as the service's account in its region."""

    def prepare(self, service: Service, task: Task) -> dict[str, str]:
        environment = plain_environment(task.container)
        environment |= secret_values.resolve(task.container.get("secrets") or [], _client_for(service))
        if task.container.get("logConfiguration"):
            _make_log_stream(task, service.account)
        return environment

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
            out_suspended=bool(suspended.get("DynamicScalingOutSuspended")),
            in_suspended=bool(suspended.get("DynamicScalingInSuspended")),
        )

    def log(self, task: Task, lines: list[tuple[int, str]]) -> None:
        options = (task.container.get("logConfiguration") or {}).get("options")
        if not options:
            return
        _logs(options["awslogs-region"], task.cluster_arn.split(":")[4]).put_log_events(
            logGroupName=options["awslogs-group"],
            logStreamName=log_stream(task.container, task.id),
            logEvents=[{"timestamp": moment, "message": text} for moment, text in lines],
        )


def _client(service: Service, name: str) -> Any:
    return connect_to(region_name=service.region, aws_access_key_id=service.account).get_client(name)


def _client_for(service: Service) -> Callable[[str, str | None], Any]:
    def client(name: str, region: str | None) -> Any:
        factory = connect_to(region_name=region or service.region, aws_access_key_id=service.account)
        return factory.get_client(name)

    return client


def _logs(region: str, account: str) -> Any:
    return connect_to(region_name=region, aws_access_key_id=account).get_client("logs")


def _make_log_stream(task: Task, account: str) -> None:
    options = task.container["logConfiguration"]["options"]
    logs = _logs(options["awslogs-region"], account)
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
