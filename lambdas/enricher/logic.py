"""Adds the customers' data to a shard's readings of a day. The alerting step makes the enriched part of the rows."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb

from domain.object_keys import customers_part_key, facts_key, joined_key, object_uri
from domain.publications import CUSTOMERS, ENRICHED, EXPORTED
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask
from lambdas.enricher.shard_customers import shard_customers
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.duck import open_duckdb, parquet, write_parquet
from lambdas.runtime.part_facts import Facts, read_facts, write_facts
from lambdas.runtime.part_totals import NOTHING, Totals, totals
from lambdas.runtime.stored_parts import fetch_part, store_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class EnrichedRowsError(Exception):
    """The enriched rows are not the exported rows in the same order. They are not published."""


def enrich_shard(
    task: ShardTask, s3: "S3Client", *, exported_bucket: str, enriched_bucket: str, memory_mib: int
) -> dict[str, Any]:
    """Writes the exported rows with the columns of their customers to an object of the run.

    A reading of an unknown metering point has nulls in these columns. It stores the customers as a part, so that the
    publication can be made again. A part whose bytes did not change keeps its version. Returns `{"date", "shard",
    "rows", "rows_without_customer", "object"}`. Raises `ObjectMissingError`, `PartChangedError`, `EnrichedRowsError`,
    `RunSupersededError`, and S3's own errors.
    """
    number = task.shard.number
    key, customers_key = joined_key(task.date, task.run, number), customers_part_key(task.date, number)
    with TemporaryDirectory(prefix="enricher-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        scratch = Path(directory)
        facts = read_facts(s3, enriched_bucket, facts_key(task.date, task.run, EXPORTED, number))
        exported = fetch_part(s3, exported_bucket, facts.parts[EXPORTED], scratch / "exported.parquet")
        customers = shard_customers(task, duck, s3, enriched_bucket, scratch)
        path = scratch / "part.parquet"
        write_enriched(duck, exported, customers, path)
        rows, without_customer = _verified_counts(duck, exported, path)
        DayLock(s3, enriched_bucket).require(task.date, task.run)
        count = _count(duck, customers)
        own = Totals(count, count, NOTHING)
        parts = {
            ENRICHED: totals(duck, path).part(key, store_part(s3, enriched_bucket, key, path)),
            CUSTOMERS: own.part(customers_key, store_part(s3, enriched_bucket, customers_key, customers)),
        }
    write_facts(s3, enriched_bucket, task, ENRICHED, Facts(parts, {"rows_without_customer": without_customer}))
    return {
        **task.about(),
        "rows": rows,
        "rows_without_customer": without_customer,
        "object": object_uri(enriched_bucket, key),
    }


def write_enriched(duck: duckdb.DuckDBPyConnection, exported: Path, customers: Path, path: Path) -> None:
    """Writes the enriched rows. The same two files give the same bytes."""
    # Without this, DuckDB may keep the readings in memory instead of the customers. That would change the order.
    duck.execute("SET disabled_optimizers = 'build_side_probe_side'")
    write_parquet(duck, joined(exported, customers), path)


def _count(duck: duckdb.DuckDBPyConnection, path: Path) -> int:
    counted = duck.execute(f"SELECT count(*) FROM {parquet(path)}").fetchone()  # noqa: S608
    return int(counted[0]) if counted else 0


def joined(exported: Path, customers: Path) -> str:
    """Returns the query of the enriched rows, in the order of the exported rows.

    The rows are not sorted again. The readings stream past the table of the shard's customers. The customer is a
    subquery, because an outer join returns the rows with a customer before the rows without one.
    """
    readings = ", ".join(f"readings.{name}" for name in EXPORTED_COLUMNS)
    customer = (
        f"SELECT struct_pack({', '.join(CUSTOMER_COLUMNS)}) FROM {parquet(customers)} customers"  # noqa: S608
        " WHERE customers.billing_metering_point_number = readings.billing_metering_point_number"
    )
    return (
        f"SELECT * EXCLUDE customer, {', '.join(f'customer.{name} AS {name}' for name in CUSTOMER_COLUMNS)}"  # noqa: S608
        f" FROM (SELECT {readings}, ({customer}) AS customer FROM {parquet(exported)} readings)"
    )


def _verified_counts(duck: duckdb.DuckDBPyConnection, exported: Path, enriched: Path) -> tuple[int, int]:
    row = "(billing_metering_point_number, epoch_us(interval_start))"
    before = "(lag(billing_metering_point_number, 1, '') OVER (), lag(epoch_us(interval_start), 1, 0) OVER ())"
    counted = duck.execute(
        f"SELECT (SELECT count(*) FROM {parquet(exported)}), count(*), count(*) FILTER (active IS NULL),"  # noqa: S608
        f" count(*) FILTER (NOT ascends) FROM (SELECT active, {row} > {before} AS ascends FROM {parquet(enriched)})"
    ).fetchone()
    exported_rows, rows, without_customer, unordered = counted or (0, 0, 0, 0)
    if exported_rows != rows or unordered:
        raise EnrichedRowsError(f"{exported_rows} rows exported, {rows} enriched, {unordered} of them out of order")
    return rows, without_customer
