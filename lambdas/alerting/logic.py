"""Judges a shard's enriched readings of a day, and stores the alarms."""

import gzip
import logging
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, cast

import duckdb

from domain.alarms import alarms_of, to_json
from domain.findings import CODES
from domain.object_keys import facts_key, found_key
from domain.publications import CUSTOMERS, ENRICHED
from domain.shard_tasks import ShardTask
from lambdas.alerting.reported_days import count_unknown, suspicious_days
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import put_file
from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.logs import log
from lambdas.runtime.part_facts import read_facts
from lambdas.runtime.stored_parts import fetch_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Files = dict[str, Path]
"""A file for each check, by the check's code."""


def find_alarms(task: ShardTask, s3: "S3Client", *, bucket: str, memory_mib: int) -> dict[str, Any]:
    """Judges the shard's enriched rows. Stores one object with alarms for each type, in the order of the numbers.

    Returns `{"date", "shard", "found": {"MCD": n, ...}}`. Raises `ObjectMissingError`, `RunSupersededError`,
    and S3's own errors.
    """
    number = task.shard.number
    with TemporaryDirectory(prefix="alerting-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        scratch = Path(directory)
        facts = read_facts(s3, bucket, facts_key(task.date, task.run, ENRICHED, number))
        enriched = fetch_part(s3, bucket, facts.parts[ENRICHED], scratch / "enriched.parquet")
        customers = fetch_part(s3, bucket, facts.parts[CUSTOMERS], scratch / "customers.parquet")
        files = {code: scratch / f"{code}.jsonl.gz" for code in CODES}
        found = write_alarms(task, duck, enriched, customers, files)
        if unknown := count_unknown(duck, enriched):
            log("readings without a customer", logging.WARNING, metering_points=unknown)
        DayLock(s3, bucket).require(task.date, task.run)
        for code, path in files.items():
            put_file(s3, bucket, found_key(task.date, task.run, code, number), path, "application/gzip")
    return {**task.about(), "found": found}


def write_alarms(
    task: ShardTask, duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, files: Files
) -> dict[str, int]:
    """Writes each alarm to the file of its type: a line of JSON with the message and the `id`. Returns the counts."""
    counts = dict.fromkeys(CODES, 0)
    with ExitStack() as stack:
        lines = {code: stack.enter_context(_compressed(path)) for code, path in files.items()}
        for customer, reported in suspicious_days(duck, enriched, customers, task.day):
            for alarm in alarms_of(customer, task.day, reported):
                lines[alarm.error_type].write(to_json({"id": alarm.id, **alarm.message()}) + "\n")
                counts[alarm.error_type] += 1
    return counts


def _compressed(path: Path) -> IO[str]:
    return cast("IO[str]", gzip.open(path, "wt", compresslevel=1, encoding="ascii"))
