"""An emptied `RedriveAllowPolicy` of a queue is deleted, as an emptied `RedrivePolicy` is."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack keeps it as an empty text, and Terraform's destroy waits in vain for its end.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html",
)


@PATCH.replaces("localstack.services.sqs.constants:DELETE_IF_DEFAULT")
def deleted_if_default(defaults: dict[str, str]) -> dict[str, Any]:
    return {**defaults, "RedriveAllowPolicy": ""}
