"""Keeps the alarms of one shard: compares the findings of its newest publication with the former ones."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from domain.alarm_life import Rules
from domain.alarms import Change, described
from domain.customer_rows import COLUMNS as CUSTOMER_COLUMNS
from domain.customer_rows import customer_of
from domain.customers import KEY
from domain.digest import Tally
from domain.object_keys import alarm_rows_key, run_name, tally_key
from domain.publications import Part
from domain.shards import Shard
from lambdas.publisher.alarm_keeper import AlarmKeeper, Queue
from lambdas.publisher.alarm_rows import COLUMNS as COLUMNS_OF_ALARMS
from lambdas.publisher.alarm_rows import alarm_row, alarms_of, looked_at
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.finding_rows import ALARM, COLUMNS, FindingRow, NewFindings, visits
from lambdas.publisher.keep_plan import KeepTask
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import ObjectMissingError, download
from lambdas.runtime.duck import literal, open_duckdb, parquet
from lambdas.runtime.json_objects import put_json
from lambdas.runtime.json_rows import write_rows
from lambdas.runtime.stored_parts import fetch_part, store_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ROWS = 1_000


@dataclass(frozen=True)
class Keeping:
    """What a run needs to keep alarms, whatever the shard."""

    s3: "S3Client"
    bucket: str
    table: AlarmsTable
    queue: Queue
    escalate_after_days: int
    retention_days: int
    memory_mib: int


def keep_shard(day: date, run: str, task: KeepTask, needs: Keeping, now: datetime) -> Tally:
    """Brings the alarms of a shard to its newest findings. Stores their rows, and the counts for the mail.

    It returns the counts. Memory does not grow with the number of alarms. Raises `RunSupersededError`,
    `ObjectMissingError`, `PartChangedError`, the errors of `AlarmKeeper.keep`, and AWS's own errors.
    """
    lock = DayLock(needs.s3, needs.bucket)
    keeper = AlarmKeeper(
        needs.table,
        needs.queue,
        day,
        Rules(Change(now, run_name(run)), needs.escalate_after_days),
        needs.retention_days,
        task.runs,
        before_batch=lambda: lock.require(day, run),
    )
    counts: Counter[str] = Counter()
    with (
        TemporaryDirectory(prefix="publisher-") as directory,
        open_duckdb(Path(directory), needs.memory_mib) as duck,
        ExitStack() as stack,
    ):
        files = _Files(needs, Path(directory))
        cursors = [stack.enter_context(duck.cursor()) for _ in range(len(task.former) + 2)]
        findings = files.fetch(task.findings)
        new = NewFindings(
            day,
            task.publication,
            _findings(cursors[0], [findings], task.shard),
            _customers(cursors[1], files.fetch(task.customers)),
        )
        bases = [[files.fetch(part) for part in parts] for parts in task.former]
        former = [_findings(cursor, paths, task.shard) for cursor, paths in zip(cursors[2:], bases, strict=True)]
        tally = keeper.keep(visits(new, former, counts))
        lock.require(day, run)
        _store_alarm_rows(day, task.shard, duck, files, [findings, *chain(*bases)])
    tally.found.update(counts)
    put_json(needs.s3, needs.bucket, tally_key(day, run, task.shard.number), tally.as_json())
    return tally


def _store_alarm_rows(
    day: date, shard: Shard, duck: duckdb.DuckDBPyConnection, files: "_Files", findings: Sequence[Path]
) -> None:
    """Stores the rows of the shard's alarms as they are now. Alarms that were cleared before keep their rows."""
    needs, key, earlier = files.needs, alarm_rows_key(day, shard.number), files.folder / "earlier.parquet"
    try:
        download(needs.s3, needs.bucket, key, earlier)
    except ObjectMissingError:
        looked = looked_at(duck, shard, findings, None)
    else:
        looked = looked_at(duck, shard, findings, earlier)
    path = files.folder / "alarms.parquet"
    with duck.cursor() as writer:
        write_rows(writer, COLUMNS_OF_ALARMS, map(alarm_row, alarms_of(needs.table, day, looked)), path)
    store_part(needs.s3, needs.bucket, key, path)


class _Files:
    """Downloads parts into a folder."""

    def __init__(self, needs: Keeping, folder: Path) -> None:
        self.needs = needs
        self.folder = folder
        self._count = 0

    def fetch(self, part: Part) -> Path:
        self._count += 1
        return fetch_part(self.needs.s3, self.needs.bucket, part, self.folder / f"{self._count}.parquet")


def _findings(duck: duckdb.DuckDBPyConnection, paths: list[Path], shard: Shard) -> Iterator[FindingRow]:
    """Yields the findings of severity alarm in the shard's range, in the order of the numbers."""
    if not paths:
        return
    rows = " UNION ALL ".join(f"SELECT * FROM {parquet(path)}" for path in paths)  # noqa: S608
    result = duck.execute(
        f"SELECT {', '.join(COLUMNS)} FROM ({rows}) WHERE severity = {literal(ALARM)}"  # noqa: S608
        f" AND {KEY} >= ? AND {KEY} < ? ORDER BY {KEY}, code",
        [shard.first, shard.end],
    )
    while batch := result.fetchmany(_ROWS):
        for row in batch:
            yield FindingRow(*row)


def _customers(duck: duckdb.DuckDBPyConnection, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    result = duck.execute(f"SELECT {', '.join(CUSTOMER_COLUMNS)} FROM {parquet(path)} ORDER BY {KEY}")  # noqa: S608
    while batch := result.fetchmany(_ROWS):
        for row in batch:
            customer = customer_of(row)
            yield customer.metering_point, described(customer)
