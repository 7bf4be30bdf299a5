"""Reads the rows of Parquet objects as Python values."""

from datetime import UTC, datetime
from typing import Any

import duckdb

INSTANT = "TIMESTAMP WITH TIME ZONE"


def instants(relation: duckdb.DuckDBPyRelation) -> set[str]:
    """Returns the names of the columns that hold instants."""
    return {name for name, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == INSTANT}


def fetch(relation: duckdb.DuckDBPyRelation) -> list[tuple[Any, ...]]:
    """Returns all rows, with each instant as an aware time in UTC.

    DuckDB itself converts instants with pytz, which no environment here has.
    """
    found = instants(relation)
    columns = [
        f'"{name}" AT TIME ZONE \'UTC\' AS "{name}"' if name in found else f'"{name}"' for name in relation.columns
    ]
    aware = [name in found for name in relation.columns]
    return [
        tuple(_aware(value) if is_instant else value for value, is_instant in zip(row, aware, strict=True))
        for row in relation.project(", ".join(columns)).fetchall()
    ]


def _aware(value: datetime | None) -> datetime | None:
    return value and value.replace(tzinfo=UTC)
