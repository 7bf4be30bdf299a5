"""DuckDB as the functions use it: offline, within the function's memory, the same bytes every time."""

from collections.abc import Iterator
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
    """A database in memory that spills to `scratch` and is closed at the end.

    One thread and the order of rows kept: so the same rows give the same file. No extension is looked
    for on disk or in the net; Parquet, JSON and the time zones are linked into the wheel.
    """
    connection = duckdb.connect(
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "memory_limit": f"{int(function_memory_mib * MEMORY_SHARE)}MiB",
            "temp_directory": str(scratch / "spill"),
            # What is read once must not stay in memory.
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


def columns_option(columns: dict[str, str]) -> str:
    """The value of the `columns` option of DuckDB's readers."""
    return "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"


def literal(value: object) -> str:
    """A string literal, for statements such as COPY that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def parquet(path: Path) -> str:
    """The table function that reads a Parquet file."""
    return f"read_parquet({literal(path)})"


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    """Write the rows of `query`, in its order, to `path`. Returns their number."""
    copied = connection.execute(f"COPY ({query}) TO {literal(path)} ({PARQUET_OPTIONS})").fetchone()
    assert copied is not None  # noqa: S101  COPY always answers its count
    return int(copied[0])
