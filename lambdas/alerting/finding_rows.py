"""Writes the findings of a shard to Parquet. They hold no personal data: the customers are a part of their own."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from domain.customers import KEY
from domain.findings import Finding
from lambdas.runtime.json_rows import write_rows

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
    return write_rows(duck, COLUMNS, rows, path)
