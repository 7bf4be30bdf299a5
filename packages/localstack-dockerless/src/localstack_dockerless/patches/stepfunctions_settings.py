"""A state machine shows the tracing and the encryption that it was given."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack keeps neither, and every plan of Terraform changes them again.",
    source="https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html",
    when="stepfunctions",
)
NOT_TRACED = {"enabled": False}
OWNED_KEY = {"type": "AWS_OWNED_KEY"}


@PATCH.wraps("localstack.services.stepfunctions.backend.state_machine:StateMachineInstance.describe")
def describe(original: Any, self: Any) -> dict[str, Any]:
    shown: dict[str, Any] = original(self)
    return shown | {
        "tracingConfiguration": self.tracing_config or NOT_TRACED,
        "encryptionConfiguration": getattr(self, "encryption_config", None) or OWNED_KEY,
    }


@PATCH.wraps("localstack.services.stepfunctions.backend.state_machine:StateMachineRevision.create_version")
def create_version(original: Any, self: Any, *arguments: Any, **named: Any) -> Any:
    version = original(self, *arguments, **named)
    if version is not None and hasattr(self, "encryption_config"):
        version.encryption_config = self.encryption_config
    return version
