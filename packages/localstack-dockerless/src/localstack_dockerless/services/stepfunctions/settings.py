"""State machines show the tracing and encryption that they were given, log to any group, and start with aliases.

https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
"""

from collections.abc import Callable
from typing import Any

from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingConfiguration
from localstack.services.stepfunctions.backend.alias import Alias
from localstack.services.stepfunctions.backend.state_machine import StateMachineInstance, StateMachineRevision
from localstack.utils.patch import patch

NOT_TRACED = {"enabled": False}
OWNED_KEY = {"type": "AWS_OWNED_KEY"}


def show_settings() -> None:
    """Called before the first call of Step Functions. Raises `AttributeError` on another LocalStack."""

    @patch(StateMachineInstance.describe)  # type: ignore[untyped-decorator]
    def describe(original: Callable[..., dict[str, Any]], self: Any) -> dict[str, Any]:
        return original(self) | {
            "tracingConfiguration": self.tracing_config or NOT_TRACED,
            "encryptionConfiguration": getattr(self, "encryption_config", None) or OWNED_KEY,
        }

    @patch(StateMachineRevision.create_version)  # type: ignore[untyped-decorator]
    def create_version(original: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
        version = original(self, *arguments, **named)
        if version is not None and hasattr(self, "encryption_config"):
            version.encryption_config = self.encryption_config
        return version


def name_log_groups() -> None:
    """LocalStack looks for the last `log-group:` of the ARN, which can be the end of the group's name."""

    @patch(CloudWatchLoggingConfiguration.extract_log_arn_parts_from)  # type: ignore[untyped-decorator]
    def extract_log_arn_parts_from(
        original: Callable[..., Any], *arguments: Any, logging_configuration: dict[str, Any]
    ) -> Any:
        parts = original(*arguments, logging_configuration=logging_configuration)
        if parts is None:
            return None
        account, region, _ = parts
        arn = logging_configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
        return account, region, arn.split(":")[6]


def start_machines_with_aliases() -> None:
    """LocalStack copies a state machine for each execution, with its aliases, whose locks cannot be copied."""
    assert callable(Alias.sample)  # noqa: S101 -- what is changed is there
    Alias.__deepcopy__ = lambda self, _memo: self
