"""Delivers an event to a target, or to the target's dead-letter queue. It logs an event that neither takes.

LocalStack names each execution of a state machine and each Kinesis record after the `id` in its input. So an input
without an `id` starts and stores nothing. The two senders here use no `id`.
"""

import json
import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

import requests
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.events.target import KinesisTargetSender, StatesTargetSender
from localstack.services.events.utils import to_json_str
from localstack.utils.json import extract_jsonpath

from localstack_dockerless.services.events.forwarding import may_be_sent
from localstack_dockerless.services.events.inputs import Lines, Rule, TemplateError, target_input

LOG = logging.getLogger(__name__)
RETRIES = (0.5, 1.0)
"""Pauses in seconds. AWS retries for up to 24 h, with longer pauses."""
DEFAULT_PARTITION_KEY = "$.id"


class NotTakenError(Exception):
    """A target that is called over HTTP answered with an error."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class StateMachineSender(StatesTargetSender):  # type: ignore[misc]  # LocalStack is not typed
    """Names executions as AWS does: by the event's id, and an id of their own."""

    def process_event(self, event: Any, trace_header: Any) -> None:
        self.service = "stepfunctions"  # the client's name; a target's ARN says `states`
        self.client.start_execution(
            stateMachineArn=self.target["Arn"],
            name=f"{event['id']}_{uuid.uuid4()}",
            input=as_text(input_of(self, event)),
        )


class KinesisSender(KinesisTargetSender):  # type: ignore[misc]
    """Takes the partition key from the event, whatever part of it is sent.

    https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_KinesisParameters.html
    """

    def process_event(self, event: Any, trace_header: Any) -> None:
        path = (self.target.get("KinesisParameters") or {}).get("PartitionKeyPath") or DEFAULT_PARTITION_KEY
        key = extract_jsonpath(event, path)
        self.client.put_record(
            StreamName=self.target["Arn"].rpartition("/")[2],
            Data=as_text(input_of(self, event)).encode(),
            PartitionKey=key if isinstance(key, str) and key else event["id"],
        )


def input_of(sender: Any, event: dict[str, Any]) -> Any:
    """Returns the input that the target of `sender` gets for `event`."""
    return target_input(sender.target, event, Rule(sender.rule_arn, sender.rule_name))


def as_text(value: Any) -> str:
    """Returns an input as the text that is sent."""
    return str(value) if isinstance(value, Lines) else str(to_json_str(value))


class Delivery:
    """Sends an event to a target, and to the dead-letter queue if the target does not take it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
    """

    def __init__(self, sender: Any, process: Callable[..., None]) -> None:
        self._sender, self._process = sender, process
        self._queue_arn: str = (sender.target.get("DeadLetterConfig") or {}).get("Arn", "")
        most = (sender.target.get("RetryPolicy") or {}).get("MaximumRetryAttempts", len(RETRIES))
        self._pauses = (*RETRIES[:most], None)

    def __call__(self, event: dict[str, Any], trace_header: Any) -> None:
        if not may_be_sent(event, self._sender.rule_arn, self._sender.target["Arn"]):
            return
        for retries, pause in enumerate(self._pauses):
            try:
                self._process(dict(event), trace_header)
            except Exception as error:
                if pause is None or not _may_pass(error):
                    self._give_up(event, error, retries)
                    return
                time.sleep(pause)
            else:
                return

    def _give_up(self, event: dict[str, Any], error: Exception, retries: int) -> None:
        sender = self._sender
        arguments = (sender.target["Arn"], event.get("id"), sender.rule_arn, error)
        if not self._queue_arn:
            LOG.warning("%s did not take the event %s of %s, and there is no dead-letter queue: %s", *arguments)
            return
        try:
            self._bury(event, error, retries)
        except (ClientError, BotoCoreError) as of_queue:
            LOG.warning("%s did not take the event %s of %s: %s", *arguments)
            LOG.warning("The dead-letter queue %s did not take it either: %s", self._queue_arn, of_queue)

    def _bury(self, event: dict[str, Any], error: Exception, retries: int) -> None:
        sender = self._sender
        _, _, _, region, account, name = self._queue_arn.split(":", 5)
        facts = {
            "RULE_ARN": sender.rule_arn,
            "TARGET_ARN": sender.target["Arn"],
            "ERROR_CODE": _code(error),
            "ERROR_MESSAGE": str(error),
            "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts" if _may_pass(error) else "",
            "RETRY_ATTEMPTS": str(retries),
        }
        sqs = connect_to(aws_access_key_id=sender.account_id, region_name=region).sqs
        url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
        sqs.request_metadata(service_principal="events", source_arn=sender.rule_arn).send_message(
            QueueUrl=url,
            MessageBody=json.dumps(event),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in facts.items() if value
            },
        )


def _may_pass(error: Exception) -> bool:
    """Tells whether the error may pass. AWS does not retry if the permission or the target is missing."""
    match error:
        case NotTakenError(status=status):
            return status >= 500 or status == 429
        case ClientError():
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            return status >= 500 or "Throttl" in _code(error) or "TooManyRequests" in _code(error)
        case BotoCoreError() | requests.RequestException():
            return True
    return False


def _code(error: Exception) -> str:
    match error:
        case ClientError():
            return str(error.response["Error"]["Code"])
        case TemplateError():
            return "INVALID_JSON"
        case NotTakenError():
            return "SDK_CLIENT_ERROR"
    return type(error).__name__
