"""Summarizes what later days need to know of a day: one row for each metering point with due readings.

| column | holds |
|---|---|
| `billing_metering_point_number` | the metering point. The rows are in the order of the numbers |
| `kwh` | the consumption of the due readings, exact |
| `readings`, `expected` | the numbers of due readings and of due intervals |
| `minutes` | the length of the intervals. It is null where the day has several lengths |
| `slots` | null where each interval of the whole day is there, else a bit for each 5 minutes where a reading starts |
| `codes` | the codes of the day's findings |
| `alarms` | how many of them have the severity alarm |
| `kwh_values` | the consumption of each due reading, in order |

The checks remember the other columns (`Check.remembered`). A later day reads the rows as its history
(`past_days.py`). A row has no personal data.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb

from domain.customer_rows import LENGTHS, SUPPLY
from domain.customers import KEY
from domain.findings import CHECKS
from lambdas.alerting.due_intervals import EXPECTED
from lambdas.alerting.measured_days import MEASURED
from lambdas.runtime.duck import parquet, write_parquet

REMEMBERED = dict(sorted({name: kind for check in CHECKS for name, kind in check.remembered.items()}.items()))

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        KEY: "VARCHAR",
        "kwh": "DECIMAL(18,6)",
        "readings": "INTEGER",
        "expected": "INTEGER",
        "minutes": "SMALLINT",
        "slots": "VARCHAR",
        "codes": "VARCHAR[]",
        "alarms": "INTEGER",
        **REMEMBERED,
        "kwh_values": "DECIMAL(12,6)[]",
    }
)
"""The columns in order, with their types in DuckDB's names."""


def write_days(duck: duckdb.DuckDBPyConnection, customers: Path, findings: Path, path: Path) -> int:
    """Writes the rows of the measured day. Returns their number. The same day gives the same bytes."""
    columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in COLUMNS.items())
    query = f"""
        WITH found AS (
            SELECT {KEY}, list(code ORDER BY code) AS codes, count(*) FILTER (severity = 'alarm') AS alarms
            FROM {parquet(findings)} GROUP BY {KEY}
        )
        SELECT {columns} FROM (
            SELECT {MEASURED}.*, expected, coalesce(codes, []) AS codes, coalesce(alarms, 0) AS alarms
            FROM {MEASURED} JOIN {parquet(customers)} USING ({KEY}) JOIN {EXPECTED} USING ({LENGTHS}, {SUPPLY})
            LEFT JOIN found USING ({KEY})
        ) ORDER BY {KEY}
        """  # noqa: S608
    return write_parquet(duck, query, path)
