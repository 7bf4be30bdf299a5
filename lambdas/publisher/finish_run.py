"""Ends a run after the alarms are kept: counts what changed, mails the administrator, and notes all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.digest import Mail, Report, Tally, digest, report_failed, sign_of_life
from domain.object_keys import run_name
from domain.publications import Publication
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.kept_record import Kept, read_kept, read_last_mail, write_kept, write_last_mail
from lambdas.runtime import logs
from lambdas.runtime.alarm_tallies import tallies

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient


@dataclass(frozen=True)
class Administrator:
    """The topic of the mails."""

    sns: "SNSClient"
    topic_arn: str


def finish_run(
    s3: "S3Client",
    bucket: str,
    publication: Publication,
    run: str,
    *,
    table: AlarmsTable,
    administrator: Administrator,
    now: datetime,
    report: Report | None = None,
) -> Tally:
    """Sends the mail of the run, if there is news, and notes that the alarms are kept. Returns the counts.

    A crash before the note repeats the mail. Raises `ObjectMissingError`, `TallyError`, `KeptRecordError`, and AWS's
    own errors.
    """
    day = publication.date
    tally = Tally.sum_of(tallies(s3, bucket, day, run))
    kept = read_kept(s3, bucket, day)
    last = read_last_mail(s3, bucket)
    if not tally.is_empty:
        failures = list(_failures(publication, kept, run))
        mail = digest(day, publication.number, tally, table.count_open(), failures, report=report)
    else:
        mail = report_failed(day, publication.number, report)
        if mail is None and _is_week_over(now, last):
            mail = sign_of_life(now, last, day, table.count_open())
    if mail is not None:
        _send(administrator, mail, run_name(run))
    if mail is not None or last is None:
        write_last_mail(s3, bucket, now, run)
    if not kept.is_kept_to(publication.number):
        write_kept(s3, bucket, day, Kept(publication.number))
    return tally


def _is_week_over(now: datetime, last: datetime | None) -> bool:
    """Whether a sign of life is due. The open alarms are counted only then."""
    return sign_of_life(now, last, now.date(), 0) is not None


def _send(administrator: Administrator, mail: Mail, run: str) -> None:
    """Sends a mail with the name of its run, by which its log lines are found."""
    body = f"{mail.body}Run: {run}\n"
    administrator.sns.publish(TopicArn=administrator.topic_arn, Subject=mail.subject, Message=body)
    logs.log("mail sent", subject=mail.subject)


def _failures(publication: Publication, kept: Kept, run: str) -> Iterator[str]:
    """Yields what went wrong before or in this run, in sentences."""
    without = sum(shard.rows_without_customer for shard in publication.shards)
    if without:
        yield f"{without} readings of {publication.date} have no customer."
    for earlier in sorted(kept.runs() - {run_name(run)}):
        yield f"The run {earlier} ended before its mail. This run made up for it."
