"""A day's readings, from Postgres to the exported bucket."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
from psycopg2.extensions import connection

from lambdas.exporter.copy_stream import day_query, streamed
from lambdas.shared.adapters.day_objects import publish_part
from lambdas.shared.adapters.duck import columns_option, literal, open_duckdb, write_parquet
from lambdas.shared.days import LocalDay
from lambdas.shared.readings import EXPORTED_COLUMNS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Export:
    """What was exported: the next step's input, and what to know of it."""

    day: LocalDay
    rows: int
    metering_points: int
    object_uri: str

    def as_json(self) -> dict[str, Any]:
        """`{"date", "rows", "metering_points", "object"}`."""
        return {
            "date": self.day.date.isoformat(),
            "rows": self.rows,
            "metering_points": self.metering_points,
            "object": self.object_uri,
        }


def export_day(
    day: LocalDay, open_database: Callable[[], connection], s3: "S3Client", bucket: str, memory_mib: int
) -> Export:
    """Write the day's readings as its only part. A day without any gives an object without rows.

    The whole day is one statement, so one snapshot of the table. Memory does not grow with the rows.
    """
    with TemporaryDirectory(prefix="exporter-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        path = Path(directory) / "part.parquet"
        with closing(open_database()) as postgres, streamed(postgres, day_query(day)) as stream:
            rows = write_parquet(duck, _csv_query(stream), path)
        metering_points = _count_metering_points(duck, path)
        uri = publish_part(s3, bucket, day.date, path)
    return Export(day, rows, metering_points, uri)


def _csv_query(stream: str) -> str:
    # Nothing is guessed from the text: DECIMAL and DOUBLE are parsed as such, exactly.
    return (
        f"SELECT * FROM read_csv({literal(stream)}, auto_detect = false, header = false, delim = ',', "  # noqa: S608
        f"quote = '\"', escape = '\"', columns = {columns_option(EXPORTED_COLUMNS)})"
    )


def _count_metering_points(duck: duckdb.DuckDBPyConnection, path: Path) -> int:
    counted = duck.execute(
        "SELECT count(DISTINCT billing_metering_point_number) FROM read_parquet(?)", [str(path)]
    ).fetchone()
    return int(counted[0]) if counted else 0
