"""The ledger of a day and an alarm type says which alarms were raised: a list for readers, and the batches since.

A batch has 3 states:

1. raised: its messages are in the queue. The batch is an object of its own.
2. listed: the list has its alarms too.
3. mailed: the administrator has the e-mail. A note names the batch, and then the batch is deleted.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.alarms import EMAIL_METERING_POINTS
from domain.object_keys import alarm_list_key, mailed_key, object_uri, raised_key, raised_prefix
from lambdas.publisher.alarm_lines import LIST_END, AlarmLine, list_head, merged, read_lines, read_list
from lambdas.runtime.day_objects import ObjectMissingError, download, keys, put_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Unmailed:
    """The number of alarms that no e-mail to the administrator has counted yet, and the first metering points."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, line: AlarmLine) -> None:
        """Counts an alarm."""
        self.count += 1
        if len(self.first) < EMAIL_METERING_POINTS:
            self.first.append(line.number)


class AlarmLedger:
    """The ledger of one alarm type and day.

    A batch is written after its messages are in the queue. So a crash repeats at most one batch. The list takes over
    the alarms of the batches, then the administrator gets the e-mail, and then the batches are deleted.
    """

    def __init__(self, s3: "S3Client", bucket: str, day: date, error_type: str, scratch: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._day = day
        self._type = error_type
        self._scratch = scratch
        self._list: Path | None = None
        self._batches: list[str] = []

    @property
    def list_uri(self) -> str:
        """Returns the address of the list."""
        return object_uri(self._bucket, alarm_list_key(self._day, self._type))

    @property
    def is_unlisted(self) -> bool:
        """Whether there is no list yet, or the list may lack the alarms of a batch."""
        return self._list is None or bool(self._batches)

    def load(self) -> None:
        """Loads the list and the batches sent since. Deletes the batches that were mailed before."""
        self.delete_mailed()
        try:
            key = alarm_list_key(self._day, self._type)
            self._list = download(self._s3, self._bucket, key, self._scratch / f"{self._type}-list.json")
        except ObjectMissingError:
            self._list = None
        self._batches = keys(self._s3, self._bucket, raised_prefix(self._day, self._type))
        for key in self._batches:
            download(self._s3, self._bucket, key, self._path(key))

    def raised(self) -> Iterator[AlarmLine]:
        """Yields every alarm that was raised, in order. Raises `AlarmLinesError`."""
        return merged(self._listed(), self.unmailed())

    def unmailed(self) -> Iterator[AlarmLine]:
        """Yields the alarms of the batches, in order."""
        return merged(*(_chained(paths) for paths in _ascending([self._path(key) for key in self._batches])))

    def add(self, lines: Sequence[AlarmLine], run: str) -> None:
        """Records a batch whose messages are in the queue."""
        last = int(Path(self._batches[-1]).name.partition("-")[0]) if self._batches else -1
        key = raised_key(self._day, self._type, last + 1, run)
        path = self._path(key)
        path.write_text("".join(f"{line.line}\n" for line in lines), encoding="ascii")
        put_file(self._s3, self._bucket, key, path, "application/x-ndjson")
        self._batches.append(key)

    def write_list(self) -> Unmailed:
        """Writes the whole list with the alarms of the batches. Returns the alarms of the batches."""
        body, path, unmailed = self._scratch / "body", self._scratch / "list", Unmailed()
        count = self._write_body(body, unmailed)
        with path.open("w", encoding="ascii") as file, body.open(encoding="ascii") as written:
            file.write(list_head(self._day.isoformat(), self._type, count))
            while chunk := written.read(1 << 16):
                file.write(chunk)
            file.write(LIST_END)
        body.unlink()
        put_file(self._s3, self._bucket, alarm_list_key(self._day, self._type), path, "application/json")
        path.unlink()
        return unmailed

    def mark_mailed(self) -> None:
        """Notes that the administrator has the e-mail about the batches."""
        content = json.dumps({"batches": self._batches}).encode()
        self._s3.put_object(Bucket=self._bucket, Key=mailed_key(self._day, self._type), Body=content)

    def delete_mailed(self) -> None:
        """Deletes the batches that were mailed. The list has their alarms."""
        key = mailed_key(self._day, self._type)
        try:
            mailed = json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())["batches"]
        except self._s3.exceptions.NoSuchKey:
            return
        for each in [*mailed, key]:
            self._s3.delete_object(Bucket=self._bucket, Key=each)

    def _listed(self) -> Iterator[AlarmLine]:
        return read_list(self._list) if self._list else iter(())

    def _write_body(self, body: Path, unmailed: Unmailed) -> int:
        count = 0
        batches = self.unmailed()
        coming = next(batches, None)
        with body.open("w", encoding="ascii") as file:
            for each in self.raised():
                file.write(f",\n{each.line}" if count else f"\n{each.line}")
                count += 1
                if coming is not None and coming.number == each.number:
                    unmailed.add(each)
                    coming = next(batches, None)
        return count

    def _path(self, key: str) -> Path:
        return self._scratch / f"{self._type}-{Path(key).name}"


def _chained(paths: Sequence[Path]) -> Iterator[AlarmLine]:
    for path in paths:
        yield from read_lines(path)


def _ascending(paths: Sequence[Path]) -> list[list[Path]]:
    """Chains the files that continue each other, as the batches of one run do. So few files are open at once."""
    sequences: list[list[Path]] = []
    last = ""
    for path in paths:
        numbers = [line.number for line in read_lines(path)]
        if not sequences or not numbers or numbers[0] <= last:
            sequences.append([])
        sequences[-1].append(path)
        last = numbers[-1] if numbers else last
    return sequences
