"""Writes rows to Parquet by way of lines of JSON, which DuckDB reads with the types of the columns."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from lambdas.runtime.duck import columns_option, literal, write_parquet

LONGEST_ROW = 200_000
"""In bytes. DuckDB's reader holds buffers of twice this size."""


def write_rows(
    duck: duckdb.DuckDBPyConnection, columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], path: Path
) -> int:
    """Writes rows in their order to Parquet. Returns their number. The same rows give the same bytes.

    `columns` has the columns in order, with their types in DuckDB's names.
    """
    lines = path.with_suffix(".ndjson")
    with lines.open("w", encoding="ascii") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
    options = f"format = 'newline_delimited', maximum_object_size = {LONGEST_ROW}, columns = {columns_option(columns)}"
    count = write_parquet(duck, f"SELECT * FROM read_json({literal(lines)}, {options})", path)  # noqa: S608
    lines.unlink()
    return count
