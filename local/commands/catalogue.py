"""Writes the columns of the catalogue's tables for Terraform, from the tables of columns in the functions' code."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from domain import customer_rows
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS, VALIDATED_COLUMNS
from lambdas.alerting import day_rows, finding_rows
from lambdas.publisher import alarm_rows, publication_rows
from local import shell
from local.front.commands import REPOSITORY

PATH = REPOSITORY / "terraform" / "modules" / "analytics" / "columns.json"

TYPES: Mapping[str, str] = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double",
    "INTEGER": "int",
    "SMALLINT": "smallint",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "VARCHAR": "string",
}
"""The types of Glue by DuckDB's names. Athena reads an instant of Parquet as a timestamp in UTC.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""


@dataclass(frozen=True)
class Table:
    """A table reads the objects below a prefix of the enriched bucket. `columns` has DuckDB's types."""

    prefix: str
    description: str
    columns: Mapping[str, str]


TABLES: Mapping[str, Table] = {
    "readings": Table(
        "readings/",
        "Readings with their customer and the value to use, and a row for each estimate of a missing interval",
        {**EXPORTED_COLUMNS, **CUSTOMER_COLUMNS, **VALIDATED_COLUMNS},
    ),
    "findings": Table("findings/", "What the checks found on a metering point's day", finding_rows.COLUMNS),
    "days": Table("days/", "A row for each day of a metering point with readings", day_rows.COLUMNS),
    "customers": Table("customers/", "The customers of a day, as its publication used them", customer_rows.COLUMNS),
    "alarms": Table("alarm_rows/", "The alarms of a day, as its last run left them", alarm_rows.COLUMNS),
    "publications": Table("publication_rows/", "What each publication of a day changed", publication_rows.COLUMNS),
}
"""Each table has the partition column `date` too."""


def glue_type(kind: str) -> str:
    """Returns the type of Glue for a type by DuckDB's name. Raises `KeyError` for a type that no table has yet."""
    if kind.endswith("[]"):
        return f"array<{glue_type(kind.removesuffix('[]'))}>"
    return kind.lower() if kind.startswith("DECIMAL(") else TYPES[kind]


def text() -> str:
    """Returns the content of the file. Each column is one line."""
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {_of(table)}" for name, table in TABLES.items()) + "\n}\n"


def _of(table: Table) -> str:
    columns = ",\n".join(
        f"  {json.dumps({'name': column, 'type': glue_type(kind)})}" for column, kind in table.columns.items()
    )
    about = json.dumps({"prefix": table.prefix, "description": table.description})
    return f'{about[:-1]}, "columns": [\n{columns}\n]}}'


def main() -> int:
    PATH.write_text(text(), encoding="utf-8")
    print(PATH.relative_to(REPOSITORY))
    return 0


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main())
