"""The end of a run: its parts made certain, its alarms to the administrator and the queue."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from domain.alarms import email
from domain.findings import CHECKS, Check
from domain.object_keys import found_key
from lambdas.publisher.entries import Entry, read_lines, without
from lambdas.publisher.outbox import send_alarms
from lambdas.publisher.parts import settle_parts
from lambdas.publisher.record import AlarmRecord, Raised
from lambdas.publisher.run_results import ENRICHED, EXPORTED, RunResults
from lambdas.runtime.day_objects import download
from lambdas.runtime.logs import log
from lambdas.runtime.run_lock import RunLock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

RECORDED_AT_ONCE = 1_000
"""Alarms that are sent before they are recorded: what each crash repeats at most."""


@dataclass(frozen=True)
class Channels:
    """Where alarms go: the administrator's topic, the queue, and how to wait between attempts."""

    sns: "SNSClient"
    topic_arn: str
    sqs: "SQSClient"
    queue_url: str
    pause: Callable[[float], None]


def publish(
    results: RunResults, s3: "S3Client", channels: Channels, *, exported_bucket: str, enriched_bucket: str
) -> dict[str, dict[str, int]]:
    """Make sure of the run's parts and raise those of its alarms that have not been raised.

    Returns of each type how many were found and how many are new. Memory does not grow with their number.
    Raises `RunSupersededError`, `PartsChangedError`, `ObjectMissingError`, `AlarmLinesError`,
    `AlarmsNotSentError`, and what AWS raises.
    """
    publication = Publication(results, s3, RunLock(s3, enriched_bucket), channels, enriched_bucket)
    publication.require_turn()
    settle_parts(s3, exported_bucket, results, EXPORTED)
    settle_parts(s3, enriched_bucket, results, ENRICHED)
    return {check.code: publication.raise_alarms(check) for check in CHECKS}


@dataclass(frozen=True)
class Publication:
    """The raising of a run's alarms."""

    results: RunResults
    s3: "S3Client"
    lock: RunLock
    channels: Channels
    bucket: str

    def require_turn(self) -> None:
        """Return where the run still holds the day. Raises `RunSupersededError`."""
        self.lock.require(self.results.date, self.results.run)

    def raise_alarms(self, check: Check) -> dict[str, int]:
        """Raise the alarms of a check that are new. Returns `{"found", "raised"}`, counts.

        Messages, then their record, then the e-mail, then the note of it. So delivery is at least once: a crash in
        between repeats messages, recognisable by their id, or the e-mail, and loses none. The e-mail tells of what is
        recorded.
        """
        with TemporaryDirectory(prefix="publisher-") as directory:
            record = AlarmRecord(self.s3, self.bucket, self.results.date, check.code, Path(directory))
            record.load()
            found = _Counted(self._found(check.code, Path(directory)))
            self._raise_new(found, record)
            new = record.write_list() if record.is_unlisted else Raised()
            if new.count:
                self._tell(check, new, record)
        log("alarms", error_type=check.code, date=str(self.results.date), found=found.count, raised=new.count)
        return {"found": found.count, "raised": new.count}

    def _raise_new(self, found: Iterable[Entry], record: AlarmRecord) -> None:
        for entries in batched(without(found, record.raised()), RECORDED_AT_ONCE, strict=False):
            self.require_turn()
            send_alarms(self.channels.sqs, self.channels.queue_url, entries, self.channels.pause)
            record.add(entries, self.results.run)

    def _tell(self, check: Check, new: Raised, record: AlarmRecord) -> None:
        mail = email(self.results.date, check, new.count, new.first, record.list_uri)
        self.channels.sns.publish(TopicArn=self.channels.topic_arn, Subject=mail.subject, Message=mail.body)
        record.mark_told()
        record.let_go()

    def _found(self, error_type: str, scratch: Path) -> Iterator[Entry]:
        for shard in range(len(self.results.shards)):
            key = found_key(self.results.date, self.results.run, error_type, shard)
            yield from read_lines(download(self.s3, self.bucket, key, scratch / "found.jsonl.gz"))


class _Counted:
    """An iterator's items, counted as they pass."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self.count = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.count += 1
            yield entry
