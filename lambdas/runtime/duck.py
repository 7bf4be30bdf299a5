"""Opens DuckDB for the functions: offline, within the function's memory, with the same bytes every time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_SHARE = 0.5
"""DuckDB's limit is for its buffers alone. Python, boto3 and the Parquet writer need memory too."""

ROW_GROUP_ROWS = 40_960
"""Fixed, because the bytes of a Parquet file depend on it. It is a third of DuckDB's default. The writer holds whole
groups in memory, so this halves the memory. It costs 2 % in size."""

PARQUET_OPTIONS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"


@contextmanager
def open_duckdb(scratch: Path, function_memory_mib: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens a database in memory that spills to `scratch`, and closes it at the end.

    It uses one thread and keeps the order of rows, so the same rows give the same file. It looks for no extension on
    disk or in the network. Parquet, JSON and the time zones are linked into the wheel.
    """
    connection = duckdb.connect(
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "memory_limit": f"{int(function_memory_mib * MEMORY_SHARE)}MiB",
            "temp_directory": str(scratch / "spill"),
            # A file that is read once must not stay in memory.
            "enable_external_file_cache": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def columns_option(columns: Mapping[str, str]) -> str:
    """Returns the value of the `columns` option of DuckDB's readers."""
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"


def literal(value: object) -> str:
    """Returns a string literal, for statements such as COPY that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """Returns the call of the table function that reads a Parquet file."""
    return f"read_parquet({literal(path)})"


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Writes the rows of `query` to `path`, in the query's order. Returns their number."""
    copied = connection.execute(f"COPY ({query}) TO {literal(path)} ({PARQUET_OPTIONS})").fetchone()
    assert copied is not None  # noqa: S101  COPY always returns its count
    return int(copied[0])
