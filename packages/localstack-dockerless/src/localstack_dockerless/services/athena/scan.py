"""Makes the view of a table from its fetched objects, with the types of the catalogue.

Columns are found by their name, as Athena finds those of Parquet. A column that an object lacks is NULL:
https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
"""

from pathlib import Path
from typing import Any

from localstack_dockerless.services.athena.catalog import Table
from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.names import Column
from localstack_dockerless.services.athena.sql.types import Type, quoted, text

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT")
_FITS = {
    **{name: _WHOLE[: index + 1] for index, name in enumerate(types.INTEGERS)},
    "real": ("FLOAT",), "double": ("DOUBLE", "FLOAT"), "varchar": ("VARCHAR",), "boolean": ("BOOLEAN",),
    "date": ("DATE",), "varbinary": ("BLOB",), "json": ("JSON", "VARCHAR"),
    "timestamp": ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S"),
}  # fmt: skip


def make_view(
    connection: Any, name: str, table: Table, files: list[tuple[Path, tuple[str, ...]]], used: set[str]
) -> int:
    """Makes the view `name` of a table. Returns the bytes of its used columns. Each file has its partition values.

    Columns outside of `used` are NULL, because Athena does not read them either.

    Raises `QueryFailedError` if an object does not have the types of the catalogue.
    """
    if not files:
        nothing = ", ".join(f"CAST(NULL AS {each.type.duck}) AS {quoted(each.name)}" for each in table.all_columns)
        connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT {nothing} WHERE FALSE")
        return 0
    paths = f"[{', '.join(text(str(file)) for file, _ in files)}]"
    read = f"read_parquet({paths}, union_by_name = true, filename = 'athena_file', hive_partitioning = false)"
    found = {row[0].lower(): (row[0], row[1]) for row in _described(connection, read, table)}
    taken = [_column(table, column, found if column.name in used else {}) for column in table.columns]
    source = f"{read} AS r"
    if table.keys:
        source += f" JOIN {_files(connection, name, table, files)} AS p ON r.athena_file = p.athena_file"
        taken += [f"p.{quoted(key.name)}" for key in table.keys]
    connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT {', '.join(taken)} FROM {source}")  # noqa: S608
    return _bytes(connection, paths, used)


def _described(connection: Any, read: str, table: Table) -> list[tuple[str, str]]:
    """Returns the names and types of the objects' columns. Raises `QueryFailedError` if one is no Parquet."""
    import duckdb  # noqa: PLC0415 -- it is imported already

    try:
        found: list[tuple[str, str]] = connection.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()  # noqa: S608
    except duckdb.InvalidInputException as error:
        raise QueryFailedError("HIVE_BAD_DATA", f"Not valid Parquet file in the table {table.full_name}") from error
    return found


def _files(connection: Any, name: str, table: Table, files: list[tuple[Path, tuple[str, ...]]]) -> str:
    """Makes a table with the partition values of each file. Returns its name."""
    made = quoted(f"{name}_files")
    keys = ", ".join(f"{quoted(key.name)} {key.type.duck}" for key in table.keys)
    connection.execute(f"CREATE TABLE {made}(athena_file VARCHAR, {keys})")
    marks = ", ".join("?" * (len(table.keys) + 1))
    connection.executemany(
        f"INSERT INTO {made} VALUES ({marks})",  # noqa: S608
        [[str(file), *map(_partition_value, each)] for file, each in files],
    )
    return made


def _partition_value(written: str) -> str | None:
    return None if written == "__HIVE_DEFAULT_PARTITION__" else written


def _column(table: Table, column: Column, found: dict[str, tuple[str, str]]) -> str:
    name = quoted(column.name)
    if column.name not in found:
        return f"CAST(NULL AS {column.type.duck}) AS {name}"
    written, kind = found[column.name]
    source = f"r.{quoted(written)}"
    if not _fits(column.type, kind):
        raise QueryFailedError(
            "HIVE_BAD_DATA",
            f"Field {column.name}'s type {kind} in parquet file is incompatible with type {column.type} defined in "
            f"table schema of {table.full_name}",
        )
    if column.type.name == "timestamp":
        local = f"({source} AT TIME ZONE 'UTC')" if kind.endswith("ZONE") else f"CAST({source} AS TIMESTAMP)"
        # Athena's columns have milliseconds, rounded half up
        return f"date_trunc('millisecond', {local} + INTERVAL 500 MICROSECOND) AS {name}"
    return f"CAST({source} AS {column.type.duck}) AS {name}"


def _fits(declared: Type, kind: str) -> bool:
    if declared.name == "decimal":
        return kind == declared.duck.replace(", ", ",") or kind in _WHOLE
    if declared.name in ("array", "map", "row"):
        return kind.endswith("]") if declared.name == "array" else kind.startswith(("MAP(", "STRUCT("))
    return kind in _FITS[declared.name]


def _bytes(connection: Any, paths: str, used: set[str]) -> int:
    """Returns the compressed bytes of the used columns, which is what Athena reads of Parquet."""
    names = ", ".join(text(name) for name in sorted(used)) or "''"
    column = "lower(split_part(path_in_schema, ', ', 1))"
    query = f"SELECT sum(total_compressed_size) FROM parquet_metadata({paths}) WHERE {column} IN ({names})"  # noqa: S608
    return int(connection.execute(query).fetchone()[0] or 0)
