"""The record of which alarms of a type were raised for a day: a list for the reader, and the batches since."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from domain.alarms import EMAIL_METERING_POINTS
from domain.object_keys import alarm_list_key, mailed_key, object_uri, raised_key, raised_prefix
from lambdas.publisher.entries import LIST_END, Entry, list_head, merged, read_lines, read_list
from lambdas.runtime.day_objects import ObjectMissingError, download, keys, put_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass
class Raised:
    """How many alarms the administrator has not been told of yet, and the first of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < EMAIL_METERING_POINTS:
            self.first.append(str(entry.number))


class AlarmRecord:
    """The record of one type and day.

    A batch is an object, written once its messages are in the queue; so each crash repeats one batch at most.
    The list gets what the batches hold, then the administrator is told of them, and then they are let go.
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
        """Where the list is."""
        return object_uri(self._bucket, alarm_list_key(self._day, self._type))

    @property
    def is_unlisted(self) -> bool:
        """Whether there is no list yet, or batches that it may lack."""
        return self._list is None or bool(self._batches)

    def load(self) -> None:
        """Fetch the list and what was raised since, after letting go what the administrator knows."""
        self.let_go()
        try:
            key = alarm_list_key(self._day, self._type)
            self._list = download(self._s3, self._bucket, key, self._scratch / f"{self._type}-list.json")
        except ObjectMissingError:
            self._list = None
        self._batches = keys(self._s3, self._bucket, raised_prefix(self._day, self._type))
        for key in self._batches:
            download(self._s3, self._bucket, key, self._path(key))

    def raised(self) -> Iterator[Entry]:
        """Every alarm that was raised, in order. Raises `AlarmLinesError`."""
        return merged(self._listed(), self.untold())

    def untold(self) -> Iterator[Entry]:
        """Those of the batches, in order."""
        return merged(*(_chained(paths) for paths in _ascending([self._path(key) for key in self._batches])))

    def add(self, entries: Sequence[Entry], run: str) -> None:
        """Record a batch whose messages have been sent."""
        last = int(Path(self._batches[-1]).name.partition("-")[0]) if self._batches else -1
        key = raised_key(self._day, self._type, last + 1, run)
        path = self._path(key)
        path.write_text("".join(f"{entry.line}\n" for entry in entries), encoding="ascii")
        put_file(self._s3, self._bucket, key, path, "application/x-ndjson")
        self._batches.append(key)

    def write_list(self) -> Raised:
        """Write the list anew, with what the batches hold. Returns what the batches hold."""
        body, path, told = self._scratch / "body", self._scratch / "list", Raised()
        count = self._write_body(body, told)
        with path.open("w", encoding="ascii") as file, body.open(encoding="ascii") as lines:
            file.write(list_head(self._day.isoformat(), self._type, count))
            while chunk := lines.read(1 << 16):
                file.write(chunk)
            file.write(LIST_END)
        body.unlink()
        put_file(self._s3, self._bucket, alarm_list_key(self._day, self._type), path, "application/json")
        path.unlink()
        return told

    def mark_told(self) -> None:
        """Note that the administrator knows what the batches hold."""
        content = json.dumps({"batches": self._batches}).encode()
        self._s3.put_object(Bucket=self._bucket, Key=mailed_key(self._day, self._type), Body=content)

    def let_go(self) -> None:
        """Delete the batches that the administrator knows of: the list has what they hold."""
        key = mailed_key(self._day, self._type)
        try:
            told = json.loads(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read())["batches"]
        except self._s3.exceptions.NoSuchKey:
            return
        for each in [*told, key]:
            self._s3.delete_object(Bucket=self._bucket, Key=each)

    def _listed(self) -> Iterator[Entry]:
        return read_list(self._list) if self._list else iter(())

    def _write_body(self, body: Path, told: Raised) -> int:
        count = 0
        untold = self.untold()
        coming = next(untold, None)
        with body.open("w", encoding="ascii") as file:
            for entry in self.raised():
                file.write(f",\n{entry.line}" if count else f"\n{entry.line}")
                count += 1
                if coming is not None and coming.number == entry.number:
                    told.add(entry)
                    coming = next(untold, None)
        return count

    def _path(self, key: str) -> Path:
        return self._scratch / f"{self._type}-{Path(key).name}"


def _chained(paths: Sequence[Path]) -> Iterator[Entry]:
    for path in paths:
        yield from read_lines(path)


def _ascending(paths: Sequence[Path]) -> list[list[Path]]:
    """The files in as few sequences as continue each other: one run's batches do. So few are open at once."""
    sequences: list[list[Path]] = []
    last = 0
    for path in paths:
        numbers = [entry.number for entry in read_lines(path)]
        if not sequences or not numbers or numbers[0] <= last:
            sequences.append([])
        sequences[-1].append(path)
        last = numbers[-1] if numbers else last
    return sequences
