"""The last step verifies the day's objects. Then it sends each new alarm: to the queue, the list and the e-mail."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from domain.alarms import email
from domain.findings import CHECKS, Check
from domain.object_keys import found_key
from lambdas.publisher.alarm_ledger import AlarmLedger, Unmailed
from lambdas.publisher.alarm_lines import AlarmLine, read_lines, without
from lambdas.publisher.alarm_queue import send_alarms
from lambdas.publisher.run_results import RunResults
from lambdas.publisher.seal_parts import seal_parts
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import download
from lambdas.runtime.logs import log

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

RECORDED_AT_ONCE = 1_000
"""The number of alarms that are sent before they are recorded. A crash repeats at most so many."""


@dataclass(frozen=True)
class Channels:
    """The administrator's topic, the alarm queue, and the pause between attempts."""

    sns: "SNSClient"
    topic_arn: str
    sqs: "SQSClient"
    queue_url: str
    pause: Callable[[float], None]


def publish(
    results: RunResults, s3: "S3Client", channels: Channels, *, exported_bucket: str, enriched_bucket: str
) -> dict[str, dict[str, int]]:
    """Verifies the parts of the day and raises the alarms that are new.

    Returns for each type how many alarms were found and how many are new. Memory does not grow with their number.
    Raises `RunSupersededError`, `PartChangedError`, `ObjectMissingError`, `AlarmLinesError`,
    `AlarmsNotSentError`, and AWS's own errors.
    """
    alarms = RunAlarms(results, s3, DayLock(s3, enriched_bucket), channels, enriched_bucket)
    alarms.require_day()
    seal_parts(s3, exported_bucket, enriched_bucket, results)
    raised = {check.code: alarms.raise_alarms(check) for check in CHECKS}
    alarms.require_day()
    return raised


@dataclass(frozen=True)
class RunAlarms:
    """Raises the alarms of a run."""

    results: RunResults
    s3: "S3Client"
    lock: DayLock
    channels: Channels
    bucket: str

    def require_day(self) -> None:
        """Returns if the run still holds the day. Raises `RunSupersededError`."""
        self.lock.require(self.results.date, self.results.run)

    def raise_alarms(self, check: Check) -> dict[str, int]:
        """Raises the alarms of a check that are new. Returns the counts `{"found", "raised"}`.

        The order is: messages, ledger, e-mail, note of the e-mail. So delivery is at least once. A crash in between
        repeats messages, which their id shows, or the e-mail. It loses none. The e-mail counts the alarms of the
        ledger.
        """
        with TemporaryDirectory(prefix="publisher-") as directory:
            ledger = AlarmLedger(self.s3, self.bucket, self.results.date, check.code, Path(directory))
            ledger.load()
            found = _Counted(self._found(check.code, Path(directory)))
            self._raise_new(found, ledger)
            new = ledger.write_list() if ledger.is_unlisted else Unmailed()
            if new.count:
                self._mail(check, new, ledger)
        log("alarms", error_type=check.code, date=str(self.results.date), found=found.count, raised=new.count)
        return {"found": found.count, "raised": new.count}

    def _raise_new(self, found: Iterable[AlarmLine], ledger: AlarmLedger) -> None:
        for lines in batched(without(found, ledger.raised()), RECORDED_AT_ONCE, strict=False):
            self.require_day()
            send_alarms(self.channels.sqs, self.channels.queue_url, lines, self.channels.pause)
            ledger.add(lines, self.results.run)

    def _mail(self, check: Check, new: Unmailed, ledger: AlarmLedger) -> None:
        mail = email(self.results.date, check, new.count, new.first, ledger.list_uri)
        self.channels.sns.publish(TopicArn=self.channels.topic_arn, Subject=mail.subject, Message=mail.body)
        ledger.mark_mailed()
        ledger.delete_mailed()

    def _found(self, error_type: str, scratch: Path) -> Iterator[AlarmLine]:
        for shard in self.results.processed:
            key = found_key(self.results.date, self.results.run, error_type, shard)
            yield from read_lines(download(self.s3, self.bucket, key, scratch / "found.jsonl.gz"))


class _Counted:
    """Counts the alarms that pass."""

    def __init__(self, lines: Iterator[AlarmLine]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[AlarmLine]:
        for line in self._lines:
            self.count += 1
            yield line
