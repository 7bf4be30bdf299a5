"""An SNS e-mail keeps the subject of its message."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.sns.mail import send

PATCH = Patch(
    why="LocalStack sends every e-mail with one fixed subject.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html",
)


@PATCH.wraps("localstack.services.sns.publisher:EmailJsonTopicPublisher._publish")
def publish(_original: Any, self: Any, context: Any, subscriber: Any) -> None:
    send(self, context, subscriber)
