"""EventBridge's targets: Step Functions with a constant or transformed input, and dead-letter queues.

LocalStack 4.14.0 names each execution after the `id` in its input, so an input without one starts nothing; and an
event that a target does not take is gone, whatever the target's dead-letter queue. One INFO line says so.
"""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.events.target import StatesTargetSender, TargetSender, TargetSenderFactory
from localstack.utils.patch import patch

RETRIES = (0.5, 1.0)
"""Pauses in seconds. AWS tries for as long as a day, with pauses that nobody waits for on a laptop."""


class StateMachineSender(StatesTargetSender):  # type: ignore[misc]  # LocalStack is not typed
    """Names executions as AWS does: the event's id where there is one, and an id of its own."""

    def process_event(self, event: Any, trace_header: Any) -> None:
        if "Input" in self.target:
            self._start(self.target["Input"], event)
        else:
            super().process_event(event, trace_header)

    def send_event(self, event: Any, trace_header: Any) -> None:
        self._start(event if isinstance(event, str) else json.dumps(event), event)

    def _start(self, text: str, event: Any) -> None:
        of_event = event.get("id") if isinstance(event, dict) else None
        name = "_".join(part for part in (of_event, str(uuid.uuid4())) if part)
        self.service = "stepfunctions"  # the client's name; a target's ARN says `states`
        self.client.start_execution(stateMachineArn=self.target["Arn"], name=name, input=text)


def deliver_as_aws_does() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""
    TargetSenderFactory.register_target_sender("states", StateMachineSender)

    @patch(TargetSenderFactory.get_target_sender)  # type: ignore[untyped-decorator]
    def get_target_sender(original: Callable[..., TargetSender], self: TargetSenderFactory) -> TargetSender:
        sender = original(self)
        if queue := sender.target.get("DeadLetterConfig", {}).get("Arn"):
            sender.process_event = Delivery(sender, sender.process_event, queue)
        return sender


class Delivery:
    """Hands an event to a target, and to the dead-letter queue where the target does not take it.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    """

    def __init__(self, sender: Any, process: Callable[..., None], queue_arn: str) -> None:
        self._sender, self._process, self._queue_arn = sender, process, queue_arn

    def __call__(self, event: dict[str, Any], trace_header: Any) -> None:
        for retries, pause in enumerate((*RETRIES, None)):
            try:
                self._process(dict(event), trace_header)
            except (ClientError, BotoCoreError) as error:
                if pause is None or not _may_pass(error):
                    self._bury(event, error, retries)
                    return
                time.sleep(pause)
            else:
                return

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
    """Not where the permission or the target is missing, for which AWS does not try again."""
    if not isinstance(error, ClientError):
        return True
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return status >= 500 or "Throttl" in _code(error) or "TooManyRequests" in _code(error)


def _code(error: Exception) -> str:
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
