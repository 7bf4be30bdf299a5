"""Ends a run after the alarms are kept: counts what changed, mails the administrator, and notes all of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.digest import Mail, Tally, digest, sign_of_life
from domain.object_keys import alarm_shards_key, run_name, tally_key
from domain.publications import Publication
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.keep_plan import KeepTask
from lambdas.publisher.kept_record import Kept, read_kept, read_last_mail, write_kept, write_last_mail
from lambdas.runtime.json_objects import get_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

READERS = 16


class TallyError(Exception):
    """A shard's counts do not have their form."""


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
) -> Tally:
    """Sends the mail of the run, if there is news, and notes that the alarms are kept. Returns the counts.

    A crash before the note repeats the mail. Raises `ObjectMissingError`, `TallyError`, `KeptRecordError`, and AWS's
    own errors.
    """
    day = publication.date
    tally = _tally(s3, bucket, publication, run)
    kept = read_kept(s3, bucket, day)
    last = read_last_mail(s3, bucket)
    if tally.is_empty:
        mail = sign_of_life(now, last, day, table.count_open()) if _is_week_over(now, last) else None
    else:
        mail = digest(day, publication.number, tally, table.count_open(), list(_failures(publication, kept, run)))
    if mail is not None:
        _send(administrator, mail)
    if mail is not None or last is None:
        write_last_mail(s3, bucket, now, run)
    if not kept.is_kept_to(publication.number):
        write_kept(s3, bucket, day, Kept(publication.number))
    return tally


def _is_week_over(now: datetime, last: datetime | None) -> bool:
    """Whether a sign of life is due. The open alarms are counted only then."""
    return sign_of_life(now, last, now.date(), 0) is not None


def _send(administrator: Administrator, mail: Mail) -> None:
    administrator.sns.publish(TopicArn=administrator.topic_arn, Subject=mail.subject, Message=mail.body)


def _tally(s3: "S3Client", bucket: str, publication: Publication, run: str) -> Tally:
    day, total = publication.date, Tally()
    tasks = map(KeepTask.of_json, get_json(s3, bucket, alarm_shards_key(day, run)))
    keys = [tally_key(day, run, task.shard.number) for task in tasks]
    try:
        with ThreadPoolExecutor(READERS) as pool:
            for value in pool.map(lambda key: get_json(s3, bucket, key), keys):
                total.merge(Tally.of_json(value))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TallyError(f"{day}: {error!r}") from error
    return total


def _failures(publication: Publication, kept: Kept, run: str) -> Iterator[str]:
    """Yields what went wrong before or in this run, in sentences."""
    without = sum(shard.rows_without_customer for shard in publication.shards)
    if without:
        yield f"{without} readings of {publication.date} have no customer."
    for earlier in sorted(kept.runs() - {run_name(run)}):
        yield f"The run {earlier} ended before its mail. This run made up for it."
