"""Copies a shard's readings of a day from Postgres to the exported bucket."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
from psycopg2.extensions import connection

from domain.object_keys import object_uri, part_key
from domain.readings import EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask
from lambdas.exporter.copy_stream import shard_query, streamed
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import put_part
from lambdas.runtime.duck import columns_option, literal, open_duckdb, parquet, write_parquet

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READ_BYTES = 1_000_000
"""DuckDB's reader holds several buffers. With its default of 32 MB they would take most of the function's memory."""


def export_shard(
    task: ShardTask,
    open_database: Callable[[], connection],
    s3: "S3Client",
    lock: DayLock,
    *,
    bucket: str,
    memory_mib: int,
) -> dict[str, Any]:
    """Writes the shard's part with its readings of the day. A shard without readings gives an object without rows.

    Returns `{"date", "shard", "rows", "metering_points", "object", "etag"}`. One statement reads the shard, so it sees
    one snapshot of the table. Memory does not grow with the rows. Raises `RunSupersededError`, and the errors of
    Postgres, DuckDB and S3.
    """
    with TemporaryDirectory(prefix="exporter-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        path = Path(directory) / "part.parquet"
        with closing(open_database()) as postgres, streamed(postgres, shard_query(task)) as stream:
            rows = write_parquet(duck, _text_query(stream), path)
        metering_points = _count_metering_points(duck, path)
        lock.require(task.date, task.run)
        etag = put_part(s3, bucket, task.date, task.shard.number, path)
    return {
        **task.about(),
        "rows": rows,
        "metering_points": metering_points,
        "object": object_uri(bucket, part_key(task.date, task.shard.number)),
        "etag": etag,
    }


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


def _count_metering_points(duck: duckdb.DuckDBPyConnection, path: Path) -> int:
    # The rows are in the order of the numbers. To count the changes of the number needs no memory.
    former = "lag(billing_metering_point_number, 1, '') OVER ()"
    counted = duck.execute(
        f"SELECT count(*) FROM (SELECT billing_metering_point_number <> {former} AS next FROM {parquet(path)})"  # noqa: S608
        " WHERE next"
    ).fetchone()
    return int(counted[0]) if counted else 0
