"""Writes the result of a query as a table for people, as CSV, or as lines of JSON."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from operations.console.data.athena import Column
from operations.query_run import Result

TABLE_ROWS = 1_000
"""The most rows of a table. The widths of its columns need all of them in memory."""

_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_NUMBERS = (*_WHOLE, "float", "real", "double", "decimal")


def as_table(result: Result) -> Iterator[str]:
    """Yields the lines of a table. Numbers are aligned to the right, and a null is empty."""
    rows = [["" if cell is None else _one_line(cell) for cell in row] for row in islice(result.rows, TABLE_ROWS)]
    heads = [column.name for column in result.columns]
    widths = [max(map(len, cells)) for cells in zip(heads, *rows, strict=True)]
    right = [column.type in _NUMBERS for column in result.columns]
    for cells in (heads, ["-" * width for width in widths], *rows):
        aligned = (
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(cells, widths, right, strict=True)
        )
        yield "  ".join(aligned).rstrip()
    if next(result.rows, None) is not None:
        yield f"... more than {TABLE_ROWS:,} rows: take another format for all of them"


def as_csv(result: Result) -> Iterator[str]:
    """Yields the lines of a CSV file (RFC 4180). A null is empty, and an empty text is in quotes."""
    yield _csv_line([column.name for column in result.columns])
    for row in result.rows:
        yield _csv_line(row)


def as_json(result: Result) -> Iterator[str]:
    """Yields a JSON object for each row. Decimals are texts, so that they stay exact."""
    for row in result.rows:
        values = {column.name: _value(column, cell) for column, cell in zip(result.columns, row, strict=True)}
        yield json.dumps(values, ensure_ascii=False)


FORMATS: Mapping[str, Callable[[Result], Iterator[str]]] = {"table": as_table, "csv": as_csv, "json": as_json}


def summary(result: Result, rows: int) -> str:
    """Returns what the query has cost, in a line."""
    return f"{rows:,} row{'s' * (rows != 1)}, {_size(result.scanned_bytes)} scanned, {result.seconds:.1f} s"


def _one_line(cell: str) -> str:
    """Returns a cell without line breaks and control characters, which a terminal would obey."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in cell)


def _csv_line(row: Any) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="", quoting=csv.QUOTE_NOTNULL).writerow(row)
    return text.getvalue()


def _value(column: Column, cell: str | None) -> Any:
    if cell is None:
        return None
    if column.type in _WHOLE:
        return int(cell)
    if column.type in ("float", "real", "double"):
        value = float(cell)
        return value if abs(value) < float("inf") else cell  # JSON has neither NaN nor Infinity
    return cell == "true" if column.type == "boolean" else cell


def _size(size: float) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"
