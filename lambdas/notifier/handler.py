"""The handler of the notifier. An event source mapping of the alarm queue calls it with batches of messages.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
"""

import logging
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from domain.environment import read_environment
from lambdas.notifier.alarm_events import Change
from lambdas.notifier.deliveries import Delivery, read_batch
from lambdas.notifier.environment import Environment
from lambdas.notifier.logic import Notifier, RecordBusyError
from lambdas.notifier.mailer import Mailer, MailRefusedError
from lambdas.notifier.records_table import RecordsTable, RecordUnreadableError
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying
from lambdas.runtime.context import Context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

CUSTOMER_MS = 15_000
"""The time that must be left for a further customer: the slowest mail that still gets an answer takes 14 s."""

_COMES_AGAIN = (MailRefusedError, RecordBusyError, RecordUnreadableError, ClientError, BotoCoreError)


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    dynamodb: "DynamoDBClient"
    ses_once: "SESClient"
    """A client without a second attempt: after a lost answer, it would send a mail twice."""
    sqs: "SQSClient"
    now: Callable[[], datetime]
    pause: Callable[[float], None]


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    patient = retrying(3, connect_seconds=1, read_seconds=2)
    once = retrying(1, connect_seconds=2, read_seconds=10)
    return Dependencies(
        environment,
        boto3.client("dynamodb", config=patient),
        boto3.client("ses", config=once),
        boto3.client("sqs", config=patient),
        now,
        time.sleep,
    )


def handle(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, context, dependencies())


def respond(event: Mapping[str, Any], context: Context, needs: Dependencies) -> dict[str, Any]:
    """Returns `{"batchItemFailures": [{"itemIdentifier": ...}]}` with the messages that must come again.

    These are messages that cannot be read, messages of a customer whose mail SES refused, and messages for which no
    time is left. The queue moves a message that was received 5 times to the dead-letter queue.
    """
    batch = read_batch(event["Records"])
    failed = list(batch.unreadable)
    for metering_point, deliveries in batch.by_customer.items():
        if context.get_remaining_time_in_millis() < CUSTOMER_MS:
            logs.log("no time left", logging.WARNING, customer=metering_point)
            failed += [each.message_id for each in deliveries]
        else:
            failed += _handled(metering_point, deliveries, needs)
    logs.log("batch handled", messages=len(event["Records"]), customers=len(batch.by_customer), failed=len(failed))
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _handled(metering_point: str, deliveries: Sequence[Delivery], needs: Dependencies) -> list[str]:
    """Handles one customer. Returns the ids of the messages that must come again."""
    environment = needs.environment
    table = RecordsTable(needs.dynamodb, environment.notifier_table)
    mailer = Mailer(needs.ses_once, environment.customer_mail_from, needs.pause)
    try:
        wait = Notifier(table, mailer, environment.time_zone, needs.now()).handle(metering_point, deliveries)
    except _COMES_AGAIN:
        logging.getLogger(logs.LOGGER).exception("customer failed", extra={"fields": {"customer": metering_point}})
        return [each.message_id for each in deliveries]
    if wait is None:
        return []
    cleared = [each for each in deliveries if each.event.change is Change.CLEARED]
    return [_postponed(cleared[-1], wait, needs)]


def _postponed(delivery: Delivery, wait: timedelta, needs: Dependencies) -> str:
    """Lets a message come again after a time. Where that fails, it comes after the queue's visibility timeout.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
    """
    seconds = max(1, math.ceil(wait.total_seconds()))
    try:
        needs.sqs.change_message_visibility(
            QueueUrl=needs.environment.alarm_queue_url,
            ReceiptHandle=delivery.receipt_handle,
            VisibilityTimeout=seconds,
        )
    except (BotoCoreError, ClientError):
        logging.getLogger(logs.LOGGER).exception("message not postponed")
    return delivery.message_id
