"""Lists a day's objects in the buckets, and reads the rows of the enriched objects with DuckDB."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from domain.object_keys import day_prefix, findings_prefix
from local.observe.running import RunningStack


@dataclass(frozen=True, slots=True)
class DayObject:
    """Describes an object of a day. `size` is in bytes. `rows` counts the rows."""

    bucket: str
    key: str
    size: int
    rows: int


def day_objects(stack: RunningStack, day: date) -> list[DayObject]:
    """Returns every object of the day: exported readings, enriched readings and findings."""
    exported, enriched = stack.outputs["exported_bucket"], stack.outputs["enriched_bucket"]
    places = ((exported, day_prefix(day)), (enriched, day_prefix(day)), (enriched, findings_prefix(day)))
    return [
        DayObject(bucket, key, size, _rows(stack, bucket, key))
        for bucket, prefix in places
        for key, size in _keys(stack, bucket, prefix)
    ]


@contextmanager
def enriched_rows(stack: RunningStack, day: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yields a DuckDB connection. Its view `enriched` has the day's readings in the enriched objects."""
    bucket = stack.outputs["enriched_bucket"]
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        for number, (key, _) in enumerate(_keys(stack, bucket, day_prefix(day))):
            stack.client("s3").download_file(bucket, key, str(Path(folder) / f"{number}.parquet"))
        # The other rows are estimates for intervals without a reading.
        readings = connection.read_parquet(f"{folder}/*.parquet").filter("consumption_kwh IS NOT NULL")
        readings.create_view("enriched")
        yield connection


def customer_day(stack: RunningStack, day: date, number: str) -> tuple[list[Decimal], dict[str, Any]]:
    """Returns a customer's kWh from the enriched objects in the order of time, and the customer's columns."""
    with enriched_rows(stack, day) as connection:
        found = connection.execute(
            "SELECT consumption_kwh, name, city, county, type FROM enriched"
            " WHERE billing_metering_point_number = ? ORDER BY interval_start",
            [number],
        ).fetchall()
    customer = dict(zip(("name", "city", "county", "type"), found[0][1:], strict=True)) if found else {}
    return [row[0] for row in found], customer


def energy_of_customers(stack: RunningStack, day: date) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Each metering point's number of readings, consumption and production in kWh in the enriched objects."""
    with enriched_rows(stack, day) as connection:
        found = connection.execute(
            "SELECT billing_metering_point_number, count(*), sum(consumption_kwh), coalesce(sum(production_kwh), 0)"
            " FROM enriched GROUP BY 1"
        ).fetchall()
    return {number: (count, consumed, produced) for number, count, consumed, produced in found}


def _keys(stack: RunningStack, bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
    for page in stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            yield found["Key"], found["Size"]


def _rows(stack: RunningStack, bucket: str, key: str) -> int:
    body = stack.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "part.parquet"
        path.write_bytes(body)
        counted = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
    return int(counted[0]) if counted else 0
