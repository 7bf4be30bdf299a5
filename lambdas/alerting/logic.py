"""Judges a shard's readings of a day. Stores the enriched part, the findings, the day's rows, and the numbers."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from domain.object_keys import days_part_key, facts_key, findings_part_key, numbers_key, part_key
from domain.publications import CUSTOMERS, DAYS, ENRICHED, FINDINGS, Part
from domain.shard_tasks import ShardTask
from domain.summaries import Numbers, content_name
from lambdas.alerting.estimates import ShownIntervals, exception_rows
from lambdas.alerting.history import fetch_history
from lambdas.alerting.judge_shard import JudgedFiles, judge_shard
from lambdas.alerting.reported_days import ShardDay, count_unknown
from lambdas.alerting.shard_numbers import shard_numbers
from lambdas.alerting.validated_rows import write_validated
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.json_objects import put_json
from lambdas.runtime.logs import log
from lambdas.runtime.part_facts import Facts, read_facts, write_facts
from lambdas.runtime.part_totals import Totals, totals
from lambdas.runtime.stored_parts import fetch_part, newest_version, store_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ValidatedRowsError(Exception):
    """The enriched part does not have the readings of the shard in their order. It is not stored."""


@dataclass(frozen=True)
class StepFiles:
    """The files that the step makes of a shard's readings and customers."""

    enriched: Path
    judged: JudgedFiles

    @classmethod
    def below(cls, folder: Path) -> "StepFiles":
        """Returns the files in a folder."""
        return cls(folder / "enriched.parquet", JudgedFiles.below(folder))


def find_alarms(task: ShardTask, s3: "S3Client", *, bucket: str, memory_mib: int) -> dict[str, Any]:
    """Judges the shard's rows. Stores the enriched part, and the parts of the findings and of the day.

    Parts whose bytes did not change keep their versions. Returns `{"date", "shard", "estimated", "found": {"MCD": n,
    ...}}`. Raises `ObjectMissingError`, `EarlierDaysError`, `PartChangedError`, `ValidatedRowsError`,
    `RunSupersededError`, and S3's own errors.
    """
    number = task.shard.number
    with TemporaryDirectory(prefix="alerting-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        scratch = Path(directory)
        facts = read_facts(s3, bucket, facts_key(task.date, task.run, ENRICHED, number))
        joined = fetch_part(s3, bucket, facts.parts[ENRICHED], scratch / "joined.parquet")
        customers = fetch_part(s3, bucket, facts.parts[CUSTOMERS], scratch / "customers.parquet")
        history = fetch_history(task, s3, bucket, scratch / "history")
        files = StepFiles.below(scratch)
        found, estimated = judge(duck, ShardDay(joined, customers, task.day, history.days), files)
        if unknown := count_unknown(duck, joined):
            log("readings without a customer", logging.WARNING, metering_points=unknown)
        own = {
            ENRICHED: _enriched_totals(duck, files.enriched, facts.parts[ENRICHED], estimated),
            FINDINGS: totals(duck, files.judged.findings, kwh=None),
            DAYS: totals(duck, files.judged.days, kwh="kwh"),
        }
        numbers = shard_numbers(duck, customers, files.judged.findings, files.enriched, task.day)
        DayLock(s3, bucket).require(task.date, task.run)
        stored = {
            kind: own[kind].part(key, store_part(s3, bucket, key, path))
            for kind, path, key in (
                (ENRICHED, files.enriched, part_key(task.date, number)),
                (FINDINGS, files.judged.findings, findings_part_key(task.date, number)),
                (DAYS, files.judged.days, days_part_key(task.date, number)),
            )
        }
    _store_numbers(s3, bucket, task, numbers, [*stored.values(), facts.parts[CUSTOMERS]])
    about = {"judged_against": history.publications, "estimated": estimated}
    write_facts(s3, bucket, task, FINDINGS, Facts(stored, about))
    return {**task.about(), "estimated": estimated, "found": found}


def judge(duck: duckdb.DuckDBPyConnection, given: ShardDay, files: StepFiles) -> tuple[dict[str, int], int]:
    """Writes the files from the shard's readings with their customers, and its customers.

    Returns the count of findings for each check's code, and of estimates for intervals without a reading. The same
    files give the same bytes.
    """
    shown = ShownIntervals(given.day)
    found = judge_shard(duck, given, files.judged, shown.note)
    return found, write_validated(duck, given, exception_rows(duck, given, shown), files.enriched)


def _store_numbers(s3: "S3Client", bucket: str, task: ShardTask, numbers: Numbers, parts: Sequence[Part]) -> None:
    """Stores the numbers of the shard, if they are not there. Their key follows from the parts that they are of."""
    enriched, findings, days, customers = (part.sha256 for part in parts)
    key = numbers_key(task.date, task.shard.number, content_name(enriched, customers, findings, days))
    if newest_version(s3, bucket, key) is None:
        put_json(s3, bucket, key, numbers.as_json())


def _enriched_totals(duck: duckdb.DuckDBPyConnection, path: Path, joined: Part, estimated: int) -> Totals:
    """Returns the totals of the enriched part, whose readings must be those of the enricher's rows.

    The rows count the estimates too. The metering points and the energy are those of the readings.
    """
    readings = totals(duck, path, where="consumption_kwh IS NOT NULL")
    every = totals(duck, path)
    found = (readings, every.rows)
    expected = (Totals(joined.rows, joined.metering_points, joined.kwh), joined.rows + estimated)
    if found != expected:
        raise ValidatedRowsError(f"the part has {found}, and must have {expected}")
    return replace(readings, rows=every.rows)
