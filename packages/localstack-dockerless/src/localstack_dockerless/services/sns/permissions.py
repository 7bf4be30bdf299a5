"""Lists the permissions that publishing to a topic of SNS needs."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.keys import DECRYPT, GENERATE
from localstack_dockerless.iam.needs import Need, Parameters, Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions


def _topic(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    arn = parameters.get("TopicArn") or parameters.get("TargetArn")
    if not arn:
        raise UnknownActionError("sns:Publish to a telephone number")
    yield Need("sns:Publish", arn)


PERMISSIONS = Permissions(
    "sns",
    {"Publish": _topic, "PublishBatch": _topic},
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    key_actions=dict.fromkeys(("Publish", "PublishBatch"), (GENERATE, DECRYPT)),
)
