"""Writes the findings of a shard to Parquet. They hold no personal data: the customers are a part of their own."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from domain.customers import KEY
from domain.findings import Finding
from lambdas.runtime.duck import columns_option, literal, write_parquet

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        KEY: "VARCHAR",
        "code": "VARCHAR",
        "severity": "VARCHAR",
        "version": "INTEGER",
        "parameters": "VARCHAR",
        "intervals": "VARCHAR",
        "details": "VARCHAR",
    }
)
"""The columns in order, with their types in DuckDB's names.

`severity` is `alarm` or `note`. `version` and `parameters` (a JSON object) are the check's. `intervals` is a JSON list
of at most 10 starts in UTC. `details` is a JSON object with the evidence.
"""

_LONGEST_ROW = 200_000
"""In bytes. DuckDB's reader holds buffers of twice this size."""


def finding_row(number: str, finding: Finding) -> dict[str, Any]:
    """Returns the row of a finding on a metering point."""
    return {
        KEY: number,
        "code": finding.code,
        "severity": finding.check.severity.value,
        "version": finding.check.version,
        "parameters": json.dumps(finding.parameters),
        "intervals": json.dumps(finding.evidence.named()),
        "details": json.dumps(finding.details),
    }


def write_findings(duck: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    """Writes rows in their order to Parquet. Returns their number. The same rows give the same bytes."""
    lines = path.with_suffix(".ndjson")
    with lines.open("w", encoding="ascii") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
    options = f"format = 'newline_delimited', maximum_object_size = {_LONGEST_ROW}, columns = {columns_option(COLUMNS)}"
    count = write_parquet(duck, f"SELECT * FROM read_json({literal(lines)}, {options})", path)  # noqa: S608
    lines.unlink()
    return count
