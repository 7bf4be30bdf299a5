"""Sends an SNS e-mail by SES, with the subject of its message. `GET /_aws/ses` lists the e-mails."""

from typing import Any

from localstack import config
from localstack.aws.connect import connect_to
from localstack.services.ses.provider import register_ses_api_resource

# https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
DEFAULT_SUBJECT = "AWS Notification Message"
DEFAULT_SENDER = "no-reply@sns.amazonaws.com"


def register() -> None:
    """Adds `/_aws/ses` at LocalStack's start. Without it, the list would be a 404 until the first e-mail."""
    register_ses_api_resource()


def send(publisher: Any, context: Any, subscriber: Any) -> None:
    """Sends the message of `context` to the `subscriber`, like LocalStack's `EmailJsonTopicPublisher`."""
    _, _, _, region, account, *_ = subscriber["TopicArn"].split(":")
    ses = connect_to(aws_access_key_id=account, region_name=region).ses
    sender = config.SNS_SES_SENDER_ADDRESS or DEFAULT_SENDER
    for address in (subscriber["Endpoint"], sender):
        ses.verify_email_address(EmailAddress=address)
    body = publisher.prepare_message(context.message, subscriber, topic_attributes=context.topic_attributes)
    ses.send_email(
        Source=sender,
        Destination={"ToAddresses": [subscriber["Endpoint"]]},
        Message={
            "Subject": {"Data": context.message.subject or DEFAULT_SUBJECT},
            "Body": {"Text": {"Data": body}},
        },
    )
