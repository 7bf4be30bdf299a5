"""The alarms of a day, from the enriched bucket to the administrator and the queue."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from lambdas.alerting.outbox import send_alarms
from lambdas.alerting.record import AlarmLists
from lambdas.alerting.reported_days import count_unknown, reported_days
from lambdas.shared.adapters.customers_table import load_customers
from lambdas.shared.adapters.day_objects import download_parts
from lambdas.shared.adapters.duck import open_duckdb
from lambdas.shared.adapters.logs import log
from lambdas.shared.alarm_rules import check
from lambdas.shared.alarms import Alarm, ErrorType, email
from lambdas.shared.days import LocalDay
from lambdas.shared.object_keys import day_prefix, object_uri

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient


class EnrichedObjectMissingError(Exception):
    """The day has not been enriched; names where it was looked for."""


@dataclass(frozen=True)
class Channels:
    """Where alarms go: the administrator's topic, the queue, and how to wait between attempts."""

    sns: "SNSClient"
    topic_arn: str
    sqs: "SQSClient"
    queue_url: str
    pause: Callable[[float], None]


def raise_alarms(
    day: LocalDay,
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    channels: Channels,
    *,
    enriched_bucket: str,
    customers_table: str,
    memory_mib: int,
) -> dict[str, Any]:
    """Raise the day's alarms that have not been raised. Returns what was found and raised of each type.

    Raises `EnrichedObjectMissingError`, `InvalidCustomerError`, `AlarmsNotSentError`, and what AWS raises.
    """
    alarms = find_alarms(
        day, s3, dynamodb, bucket=enriched_bucket, customers_table=customers_table, memory_mib=memory_mib
    )
    lists = AlarmLists(s3, enriched_bucket)
    counts = {
        error_type.value: _raise_new(day, error_type, alarms[error_type], lists, channels) for error_type in ErrorType
    }
    return {"date": day.date.isoformat(), "alarms": counts}


def find_alarms(
    day: LocalDay,
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    *,
    bucket: str,
    customers_table: str,
    memory_mib: int,
) -> dict[ErrorType, list[Alarm]]:
    """The alarms that the day's enriched rows give, by type, each in the order of the numbers."""
    found: dict[ErrorType, list[Alarm]] = {error_type: [] for error_type in ErrorType}
    with TemporaryDirectory(prefix="alerting-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        enriched = download_parts(s3, bucket, day.date, Path(directory))
        if not enriched:
            raise EnrichedObjectMissingError(object_uri(bucket, day_prefix(day.date)))
        load_customers(duck, dynamodb, customers_table, Path(directory))
        for customer, reported in reported_days(duck, enriched, day):
            for alarm in check(customer, day, reported):
                found[alarm.error_type].append(alarm)
        if unknown := count_unknown(duck, enriched):
            log("readings without a customer", logging.WARNING, metering_points=unknown)
    return found


def _raise_new(
    day: LocalDay, error_type: ErrorType, alarms: list[Alarm], lists: AlarmLists, channels: Channels
) -> dict[str, int]:
    # Recorded last: a crash in between repeats messages, recognisable by their id, and loses none.
    raised = lists.load(day.date, error_type)
    new = raised.unraised(alarms)
    if new:
        send_alarms(channels.sqs, channels.queue_url, new, channels.pause)
        numbers = [alarm.metering_point for alarm in new]
        mail = email(day.date, error_type, numbers, lists.uri(day.date, error_type))
        channels.sns.publish(TopicArn=channels.topic_arn, Subject=mail.subject, Message=mail.body)
    if new or raised.etag is None:
        lists.save(raised.with_raised(new))
    log("alarms", error_type=error_type.value, date=str(day.date), found=len(alarms), raised=len(new))
    return {"found": len(alarms), "raised": len(new)}
