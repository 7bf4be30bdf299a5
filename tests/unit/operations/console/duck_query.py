"""Lets the console's sources query a DuckDB of a test."""

from collections.abc import Sequence
from typing import Any

import duckdb

from operations.console.data.part_files import Query


def query_of(duck: duckdb.DuckDBPyConnection) -> Query:
    """Returns the function that queries this DuckDB."""

    def query(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with duck.cursor() as cursor:
            return cursor.execute(sql, list(values)).fetchall()

    return query
