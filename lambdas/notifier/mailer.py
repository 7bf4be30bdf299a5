"""Sends mails by SES. A failure says whether SES can have taken the mail.

https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from lambdas.notifier.mails import Mail

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestThrottled", "RequestLimitExceeded"}
)
"""https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html names the first one."""

PAUSES_SECONDS = (0.5, 1.5)
"""The pauses before the second and the third attempt of a throttled mail."""


class MailRefusedError(Exception):
    """SES did not take the mail, so it may be sent again. The text is SES's code."""


class MailUncertainError(Exception):
    """SES gave no clear answer. The mail may be on its way, so nobody may send it again."""


class Mailer:
    """Sends mails from one address. The client must make one attempt for each call, because SES has no idempotency.

    A second attempt of botocore after a lost answer would send the mail twice.
    """

    def __init__(self, ses: "SESClient", sender: str, pause: Callable[[float], None]) -> None:
        self._ses = ses
        self._sender = sender
        self._pause = pause

    def send(self, mail: Mail, to: str) -> None:
        """Sends a mail. A throttled mail is tried 3 times. Raises `MailRefusedError` and `MailUncertainError`."""
        for seconds in (*PAUSES_SECONDS, None):
            try:
                self._attempt(mail, to)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in THROTTLED and seconds is not None:
                    self._pause(seconds)
                    continue
                if code not in THROTTLED and _status(error) >= 500:
                    raise MailUncertainError(code) from error
                raise MailRefusedError(code) from error
            except (ConnectTimeoutError, EndpointConnectionError) as error:
                raise MailRefusedError(type(error).__name__) from error
            except BotoCoreError as error:
                raise MailUncertainError(type(error).__name__) from error
            return

    def _attempt(self, mail: Mail, to: str) -> None:
        self._ses.send_email(
            Source=self._sender,
            Destination={"ToAddresses": [to]},
            Message={
                "Subject": {"Data": mail.title, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": mail.body, "Charset": "UTF-8"}},
            },
        )


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
