"""SNS e-mails keep the subject of the message: LocalStack 4.14.0 sends each with one fixed text instead.

What was sent is listed at `/_aws/ses`.
"""

import inspect
from typing import Any

from localstack import config
from localstack.aws.connect import connect_to
from localstack.services.ses.provider import register_ses_api_resource
from localstack.services.sns import publisher

SENDING_STEP = "_publish"
# https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
DEFAULT_SUBJECT = "AWS Notification Message"
DEFAULT_SENDER = "no-reply@sns.amazonaws.com"


def keep_subjects() -> None:
    """Replace the one step of LocalStack's e-mail publisher that sends. Raises where that step is not found."""
    step = vars(publisher.EmailJsonTopicPublisher).get(SENDING_STEP)
    if step is None or list(inspect.signature(step).parameters) != ["self", "context", "subscriber"]:
        raise RuntimeError("LocalStack's SNS e-mail publisher is not that of 4.14.0: subjects would be lost")
    setattr(publisher.EmailJsonTopicPublisher, SENDING_STEP, _send)
    register_ses_api_resource()  # or the list would be a 404 until the first mail


def _send(self: Any, context: Any, subscriber: Any) -> None:
    _, _, _, region, account, *_ = subscriber["TopicArn"].split(":")
    ses = connect_to(aws_access_key_id=account, region_name=region).ses
    sender = config.SNS_SES_SENDER_ADDRESS or DEFAULT_SENDER
    for address in (subscriber["Endpoint"], sender):
        ses.verify_email_address(EmailAddress=address)
    body = self.prepare_message(context.message, subscriber, topic_attributes=context.topic_attributes)
    ses.send_email(
        Source=sender,
        Destination={"ToAddresses": [subscriber["Endpoint"]]},
        Message={
            "Subject": {"Data": context.message.subject or DEFAULT_SUBJECT},
            "Body": {"Text": {"Data": body}},
        },
    )
