"""Copies a shard's readings of a day from Postgres to the exported bucket."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
from psycopg2.extensions import connection

from domain.object_keys import object_uri, part_key
from domain.publications import EXPORTED, Difference, Part, as_json
from domain.readings import EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask
from lambdas.exporter.copy_stream import replaced_later_query, shard_query, streamed
from lambdas.exporter.difference import difference
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.duck import columns_option, literal, open_duckdb, write_parquet
from lambdas.runtime.part_facts import Facts, write_facts
from lambdas.runtime.part_totals import totals
from lambdas.runtime.stored_parts import fetch_part, store_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READ_BYTES = 1_000_000
"""DuckDB's reader holds several buffers. With its default of 32 MB they would take most of the function's memory."""


@dataclass(frozen=True)
class Buckets:
    """S3 with the 2 buckets of the pipeline. The enriched one has the records of the runs too."""

    s3: "S3Client"
    exported: str
    enriched: str


def export_shard(
    task: ShardTask, open_database: Callable[[], connection], buckets: Buckets, *, memory_mib: int
) -> dict[str, Any]:
    """Writes the shard's part with its readings of the day. A shard without readings gives an object without rows.

    Returns `{"date", "shard", "rows", "metering_points", "object"}`. One statement reads the shard, so it sees one
    snapshot of the table. Memory does not grow with the rows. A part whose bytes did not change keeps its version.
    Raises `RunSupersededError`, and the errors of Postgres, DuckDB and S3.
    """
    s3, key = buckets.s3, part_key(task.date, task.shard.number)
    with TemporaryDirectory(prefix="exporter-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        path = Path(directory) / "part.parquet"
        write_shard(task, open_database, duck, path)
        found = totals(duck, path)
        DayLock(s3, buckets.enriched).require(task.date, task.run)
        part = found.part(key, store_part(s3, buckets.exported, key, path))
        changed = _difference(task, buckets, duck, part, path)
    about = {"difference": as_json(changed) if changed else None}
    write_facts(s3, buckets.enriched, task, EXPORTED, Facts({EXPORTED: part}, about))
    return {
        **task.about(),
        "rows": found.rows,
        "metering_points": found.metering_points,
        "object": object_uri(buckets.exported, key),
    }


def write_shard(
    task: ShardTask, open_database: Callable[[], connection], duck: duckdb.DuckDBPyConnection, path: Path
) -> None:
    """Writes the shard's readings as known at the task's instant. The same instant gives the same bytes at any time."""
    with closing(open_database()) as postgres:
        with postgres.cursor() as cursor:
            cursor.execute(replaced_later_query(task))
            with_history = cursor.fetchone() == (True,)
        # Both statements see the connection's one snapshot.
        with streamed(postgres, shard_query(task, with_history=with_history)) as stream:
            write_parquet(duck, _text_query(stream), path)


def _difference(
    task: ShardTask, buckets: Buckets, duck: duckdb.DuckDBPyConnection, part: Part, path: Path
) -> Difference | None:
    """Compares the part with that of the publication before, if that has other bytes."""
    if task.former is None or task.former.exported.sha256 == part.sha256:
        return None
    before = fetch_part(buckets.s3, buckets.exported, task.former.exported, path.with_name("former.parquet"))
    return difference(duck, before, path)


def _text_query(stream: str) -> str:
    # Postgres's text format. No value here has a character to escape. The types are given, so DuckDB parses DECIMAL and
    # DOUBLE exactly and guesses nothing. https://www.postgresql.org/docs/18/sql-copy.html#SQL-COPY-FILE-FORMATS
    reader = {
        "auto_detect": "false",
        "header": "false",
        "delim": "'\t'",
        "quote": "''",
        "escape": "''",
        "nullstr": "'\\N'",
        "buffer_size": str(READ_BYTES),
        "columns": columns_option(EXPORTED_COLUMNS),
    }
    options = ", ".join(f"{name} = {value}" for name, value in reader.items())
    return f"SELECT * FROM read_csv({literal(stream)}, {options})"  # noqa: S608
