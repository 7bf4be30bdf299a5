"""Where LocalStack's services call one another without saying for which resource, they are made to.

Each patch raises where LocalStack 4.14.0's code is not there.
"""

import json
import re
import threading
from collections.abc import Callable
from typing import Any

from localstack.aws.connect import ClientFactory, connect_to
from localstack.utils.patch import patch

# ruff: noqa: PLC0415 -- Step Functions alone takes three seconds and 140 MB to import: each service when it is used

_lock = threading.Lock()
_acting = threading.local()
"""`service` and `arn`: for which resource this thread assumes a role as that service."""


def apply(service: str) -> None:
    """Before the first call of that service."""
    if service in _pending:
        with _lock:
            _pending.pop(service, lambda: None)()


def act_for(service: str, arn: str) -> None:
    """From now on, the roles that this thread assumes as that service are for that resource."""
    _acting.service, _acting.arn = service, arn


def assume_roles_for_resources() -> None:
    """Once, at LocalStack's start."""

    @patch(ClientFactory.with_assumed_role)
    def with_assumed_role(original: Callable[..., Any], self: Any, **options: Any) -> Any:
        principal = options.get("service_principal")
        if principal is None or principal != getattr(_acting, "service", None):
            return original(self, **options)
        arn = _acting.arn
        region = options.get("region_name")
        sts = self(region_name=region).sts.request_metadata(source_arn=arn, service_principal=principal)
        name = options.get("session_name") or re.sub(r"[^\w+=,.@-]", "-", arn.rpartition(":")[2])
        credentials = sts.assume_role(RoleArn=options["role_arn"], RoleSessionName=name[:64])["Credentials"]
        return self(
            region_name=region,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            endpoint_url=options.get("endpoint_url"),
            config=options.get("config"),
        )


def _name_functions() -> None:
    """The calls of a function's code carry its ARN, as `lambda:SourceFunctionArn`.

    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

    @patch(ExecutionEnvironment.get_credentials)
    def get_credentials(_original: Callable[..., Any], self: Any) -> Any:
        version = self.function_version
        sts = connect_to(region_name=version.id.region).sts.request_metadata(
            service_principal="lambda", source_arn=version.id.unqualified_arn()
        )
        name = version.id.function_name
        return sts.assume_role(
            RoleArn=version.config.role,
            RoleSessionName=name if len(name) > 1 else f"{name}@lambda_function",  # at least two characters
            DurationSeconds=43200,
        )["Credentials"]


def _name_state_machines() -> None:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task import StateTask

    @patch(StateTask._eval_state_credentials)  # noqa: SLF001 -- there is no other place
    def credentials(original: Callable[..., Any], self: Any, env: Any) -> Any:
        act_for("states", env.states.context_object.context_object_data["StateMachine"]["Id"])
        return original(self, env)


def _name_rules() -> None:
    from localstack.services.events.target import TargetSender

    @patch(TargetSender._initialize_client)  # noqa: SLF001 -- there is no other place
    def initialize_client(original: Callable[..., Any], self: Any) -> Any:
        act_for("events", self.rule_arn)
        return original(self)


def _name_alarms() -> None:
    """A CloudWatch alarm's actions are CloudWatch's calls, for that alarm.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    """
    from localstack.services.cloudwatch import provider_v2 as cloudwatch

    connect = cloudwatch.connect_to

    class AlarmClients:
        def __init__(self, factory: Any) -> None:
            self._factory = factory

        def __getattr__(self, name: str) -> Any:
            client = getattr(self._factory, name)
            return AlarmTopics(client) if name == "sns" else client

    class AlarmTopics:
        def __init__(self, client: Any) -> None:
            self._client = client

        def publish(self, **parameters: Any) -> Any:
            arn = json.loads(parameters["Message"])["AlarmArn"]
            marked = self._client.request_metadata(source_arn=arn, service_principal="cloudwatch")
            return marked.publish(**parameters)

    cloudwatch.connect_to = lambda *arguments, **options: AlarmClients(connect(*arguments, **options))


_pending: dict[str, Callable[[], None]] = {
    "lambda": _name_functions,
    "stepfunctions": _name_state_machines,
    "events": _name_rules,
    "cloudwatch": _name_alarms,
}
