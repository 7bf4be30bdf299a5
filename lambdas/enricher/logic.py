"""A day's readings with their customers, from the exported to the enriched bucket."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from lambdas.shared.adapters.customers_table import load_customers
from lambdas.shared.adapters.day_objects import download_parts, publish_part
from lambdas.shared.adapters.duck import literal, open_duckdb, write_parquet
from lambdas.shared.object_keys import day_prefix, object_uri
from lambdas.shared.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class ExportedObjectMissingError(Exception):
    """The day has not been exported; names where it was looked for."""


class RowCountError(Exception):
    """The enriched object has other rows than the exported one; it is not published."""


@dataclass(frozen=True)
class Enrichment:
    """What was enriched: the next step's input, and what to know of it."""

    date: date
    rows: int
    rows_without_customer: int
    customers: int
    object_uri: str

    def as_json(self) -> dict[str, Any]:
        """`{"date", "rows", "rows_without_customer", "customers", "object"}`."""
        return {
            "date": self.date.isoformat(),
            "rows": self.rows,
            "rows_without_customer": self.rows_without_customer,
            "customers": self.customers,
            "object": self.object_uri,
        }


def enrich_day(
    day: date,
    s3: "S3Client",
    dynamodb: "DynamoDBClient",
    *,
    exported_bucket: str,
    enriched_bucket: str,
    customers_table: str,
    memory_mib: int,
) -> Enrichment:
    """Write the day's exported rows with the columns of their customers, as the day's only part.

    A reading of an unknown metering point keeps nulls there. Raises `ExportedObjectMissingError`,
    `RowCountError`, `InvalidCustomerError`, and what S3 and DynamoDB raise.
    """
    with TemporaryDirectory(prefix="enricher-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        scratch = Path(directory)
        exported = download_parts(s3, exported_bucket, day, scratch)
        if not exported:
            raise ExportedObjectMissingError(object_uri(exported_bucket, day_prefix(day)))
        customers = load_customers(duck, dynamodb, customers_table, scratch)
        path = scratch / "part.parquet"
        write_parquet(duck, _joined(exported), path)
        rows, without_customer = _verified_counts(duck, exported, path)
        uri = publish_part(s3, enriched_bucket, day, path)
    return Enrichment(day, rows, without_customer, customers, uri)


def _joined(exported: list[Path]) -> str:
    readings = ", ".join(f"readings.{name}" for name in EXPORTED_COLUMNS)
    customer = ", ".join(f"customers.{name}" for name in CUSTOMER_COLUMNS)
    return (
        f"SELECT {readings}, {customer} FROM {_parquet(exported)} readings"  # noqa: S608
        " LEFT JOIN customers USING (billing_metering_point_number)"
        " ORDER BY readings.billing_metering_point_number, readings.sample_time"
    )


def _verified_counts(duck: duckdb.DuckDBPyConnection, exported: list[Path], enriched: Path) -> tuple[int, int]:
    counted = duck.execute(
        f"SELECT (SELECT count(*) FROM {_parquet(exported)}), count(*), count(*) FILTER (active IS NULL)"  # noqa: S608
        f" FROM {_parquet([enriched])}"
    ).fetchone()
    before, after, without_customer = counted or (0, 0, 0)
    if before != after:
        raise RowCountError(f"{before} rows exported, {after} enriched")
    return after, without_customer


def _parquet(paths: list[Path]) -> str:
    return f"read_parquet([{', '.join(map(literal, paths))}])"
