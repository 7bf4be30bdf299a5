"""Makes the tables of information_schema from Glue's catalogue, with the caller's permissions.

https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
"""

from collections.abc import Iterator
from typing import Any

from localstack_dockerless.services.athena.catalog import CATALOG, Catalog
from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.sql.names import Column
from localstack_dockerless.services.athena.sql.types import BIGINT, VARCHAR, of_catalogue, quoted

NAME = "information_schema"
_COLUMNS = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "columns": (
        "table_catalog", "table_schema", "table_name", "column_name", "ordinal_position", "column_default",
        "is_nullable", "data_type",
    ),
}  # fmt: skip


def columns(table: str, where: str = "") -> list[Column]:
    """Returns the columns of a table of information_schema. Raises `QueryFailedError` if there is no such table."""
    if table not in _COLUMNS:
        raise QueryFailedError("TABLE_NOT_FOUND", f"{where}Table '{CATALOG}.{NAME}.{table}' does not exist")
    return [Column(name, BIGINT if name == "ordinal_position" else VARCHAR) for name in _COLUMNS[table]]


def make_table(connection: Any, name: str, table: str, catalog: Catalog) -> None:
    """Makes the table `name` with the rows of a table of information_schema."""
    found = columns(table)
    connection.execute(f"CREATE TABLE {quoted(name)}({', '.join(f'{quoted(c.name)} {c.type.duck}' for c in found)})")
    rows = [list(row) for row in _rows(table, catalog)]
    if rows:
        marks = ", ".join("?" * len(found))
        connection.executemany(f"INSERT INTO {quoted(name)} VALUES ({marks})", rows)  # noqa: S608


def _rows(table: str, catalog: Catalog) -> Iterator[tuple[Any, ...]]:
    for database in catalog.databases():
        if table == "schemata":
            yield CATALOG, database
            continue
        for each in catalog.tables(database):
            named = (CATALOG, database, each["Name"])
            if table == "tables":
                yield *named, "VIEW" if each.get("TableType") == "VIRTUAL_VIEW" else "BASE TABLE"
                continue
            storage = (each.get("StorageDescriptor") or {}).get("Columns") or ()
            for place, column in enumerate((*storage, *(each.get("PartitionKeys") or ())), start=1):
                yield *named, column["Name"].lower(), place, None, "YES", _type(column.get("Type") or "string")


def _type(declared: str) -> str:
    """Returns Trino's name of a type, or the catalogue's name of one that cannot be read here."""
    try:
        return str(of_catalogue(declared))
    except QueryFailedError:
        return declared
