"""Writes the summary and the report of a day's newest publication, each of them once.

A second run without changes finds both and writes nothing. A crash between them leaves the summary. The next run makes
the report out of it, so it says the same.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from domain.digest import Tally
from domain.object_keys import HTML, report_key, summary_key
from lambdas.reporter.day_report import day_report
from lambdas.reporter.day_summary import day_summary, read_summary
from lambdas.reporter.open_alarms import count_open
from lambdas.runtime.alarm_tallies import tallies
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import newest_version

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Reporting:
    """The bucket of the objects, and the table of the alarms."""

    s3: "S3Client"
    bucket: str
    dynamodb: "DynamoDBClient"
    alarms_table: str
    zone: ZoneInfo


def report(day: date, run: str, needs: Reporting) -> dict[str, Any]:
    """Writes the summary and the report that are missing.

    Returns `{"date", "publication", "summary", "report", "is_new"}`. Raises `ObjectMissingError`, `RunSupersededError`,
    `TallyError`, `InvalidSummaryError`, and AWS's own errors.
    """
    s3, bucket = needs.s3, needs.bucket
    publication = Publications(s3, bucket).newest(day)
    if publication is None:
        raise ObjectMissingError(f"{day} has no publication")
    DayLock(s3, bucket).require(day, run)
    summary = read_summary(s3, bucket, day, publication.number)
    if summary is None:
        tally = Tally.sum_of(tallies(s3, bucket, day, run))
        opened = count_open(needs.dynamodb, needs.alarms_table)
        summary = day_summary(s3, bucket, publication, zone=needs.zone, tally=tally, opened=opened)
        written = json.dumps(summary).encode()
        s3.put_object(Bucket=bucket, Key=summary_key(day, publication.number), Body=written,
                      ContentType="application/json")  # fmt: skip
    key = report_key(day, publication.number)
    is_new = newest_version(s3, bucket, key) is None
    if is_new:
        s3.put_object(Bucket=bucket, Key=key, Body=day_report(summary).encode(), ContentType=HTML)
    return {
        "date": day.isoformat(),
        "publication": publication.number,
        "summary": summary_key(day, publication.number),
        "report": key,
        "is_new": is_new,
    }
