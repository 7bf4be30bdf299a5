"""Lists the permissions that SQS's operations need.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
"""

from collections.abc import Iterable

from localstack_dockerless.iam.keys import DECRYPT, GENERATE
from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import named


def _queue(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on the queue of a URL. A URL may be only the name of a queue of the caller's account."""
    account, _, name = parameters["QueueUrl"].rpartition("/")
    owner = Scope(account.rpartition("/")[2] or scope.account, scope.region)
    yield Need(f"sqs:{operation.removesuffix('Batch')}", owner.arn("sqs", name))


_OF_A_QUEUE = (
    "SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "GetQueueAttributes",
    "ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "PurgeQueue",
)  # fmt: skip

PERMISSIONS = Permissions(
    "sqs",
    {
        **dict.fromkeys(_OF_A_QUEUE, _queue),
        "GetQueueUrl": named("sqs", "QueueName"),
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
        "StartMessageMoveTask": named("sqs", "SourceArn"),
        "ListMessageMoveTasks": named("sqs", "SourceArn"),
    },
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    key_actions={
        **dict.fromkeys(("SendMessage", "SendMessageBatch"), (GENERATE, DECRYPT)),
        "ReceiveMessage": (DECRYPT,),
    },
    aliases=("sqs-query",),
)
