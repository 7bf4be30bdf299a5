"""EventBridge assumes a rule's role for that rule."""

from typing import Any

from localstack_dockerless.iam.acting import act_for
from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The call to STS names no rule, and a trust policy with `aws:SourceArn` denies it.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    when="events",
    only_if=IAM_EVALUATES,
)


@PATCH.wraps("localstack.services.events.target:TargetSender._initialize_client")
def initialize_client(original: Any, self: Any) -> Any:
    act_for("events", self.rule_arn)
    return original(self)
