"""Answers SHOW and DESCRIBE from Glue's catalogue.

https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html. The other SHOW statements are refused by name.
"""

import re
from collections.abc import Callable
from typing import Any

from localstack_dockerless.services.athena.catalog import Catalog, table_of
from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.results import Row, column

_NAME = r"[`\"]?([\w.]+)[`\"]?(?:\.[`\"]?(\w+)[`\"]?)?"


class Metadata:
    """Answers the statements of one query. `database` is that of its context."""

    def __init__(self, catalog: Catalog, database: str) -> None:
        self._catalog, self._database = catalog, database

    def answer(self, text: str) -> tuple[list[dict[str, Any]], list[Row]]:
        """Returns the columns and the rows. Raises `QueryFailedError`."""
        for pattern, method in _STATEMENTS:
            match = re.fullmatch(pattern, text.strip(), re.IGNORECASE | re.DOTALL)
            if match:
                return method(self, *match.groups())
        raise not_supported(f"the statement {' '.join(text.split()[:3])!r}")

    def _databases(self, like: str | None) -> tuple[list[dict[str, Any]], list[Row]]:
        return [column("database_name", "string")], [[name] for name in _matching(self._catalog.databases(), like)]

    def _tables(self, database: str | None, like: str | None) -> tuple[list[dict[str, Any]], list[Row]]:
        name = (database or self._database).lower()
        self._catalog.database(name)
        names = [each["Name"] for each in self._catalog.tables(name)]
        return [column("tab_name", "string")], [[each] for each in _matching(names, like)]

    def _columns(self, first: str, second: str | None, database: str | None) -> tuple[list[dict[str, Any]], list[Row]]:
        found = self._description(first, second, database)
        names = [each["Name"] for each in (*_storage(found), *(found.get("PartitionKeys") or ()))]
        return [column("field", "string")], [[name] for name in names]

    def _describe(self, first: str, second: str | None) -> tuple[list[dict[str, Any]], list[Row]]:
        found = self._description(first, second, None)
        keys = found.get("PartitionKeys") or []
        rows: list[Row] = [_described(each) for each in (*_storage(found), *keys)]
        if keys:
            rows += [["", None, None], ["# Partition Information", None, None], ["# col_name", "data_type", "comment"]]
            rows += [["", None, None], *(_described(each) for each in keys)]
        return [column(name, "string") for name in ("col_name", "data_type", "comment")], rows

    def _partitions(self, first: str, second: str | None) -> tuple[list[dict[str, Any]], list[Row]]:
        """Lists the partitions in the catalogue. Projected partitions are not there, as on AWS."""
        table = table_of(self._description(first, second, None))
        names = [key.name for key in table.keys]
        rows: list[Row] = [
            ["/".join(f"{name}={value}" for name, value in zip(names, each["Values"], strict=True))]
            for each in (self._catalog.partitions(table) if names else ())
        ]
        return [column("partition", "string")], rows

    def _description(self, first: str, second: str | None, database: str | None) -> dict[str, Any]:
        if second is None and "." in first:
            first, _, second = first.rpartition(".")
        schema, name = (first, second) if second else (database or self._database, first)
        return self._catalog.description(schema.rpartition(".")[2].lower(), name.lower())


def _storage(found: dict[str, Any]) -> list[dict[str, Any]]:
    return list((found.get("StorageDescriptor") or {}).get("Columns") or ())


def _described(each: dict[str, Any]) -> Row:
    return [f"{each['Name']:<20}", f"{each.get('Type') or '':<20}", f"{each.get('Comment') or '':<20}"]


def _matching(names: list[str], like: str | None) -> list[str]:
    """Returns the names that a pattern of Hive matches: `*` for any text, `|` between alternatives."""
    if like is None:
        return names
    pattern = "|".join(re.escape(each).replace(r"\*", ".*") for each in like.strip("'\"").split("|"))
    return [name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)]


_LIKE = r"(?:\s+(?:LIKE\s+)?('[^']*'))?"
_STATEMENTS: list[tuple[str, Callable[..., tuple[list[dict[str, Any]], list[Row]]]]] = [
    (r"SHOW\s+(?:DATABASES|SCHEMAS)" + _LIKE, Metadata._databases),  # noqa: SLF001
    (r"SHOW\s+TABLES(?:\s+IN\s+[`\"]?(\w+)[`\"]?)?" + _LIKE, Metadata._tables),  # noqa: SLF001
    (rf"SHOW\s+COLUMNS\s+(?:IN|FROM)\s+{_NAME}(?:\s+(?:IN|FROM)\s+[`\"]?(\w+)[`\"]?)?", Metadata._columns),  # noqa: SLF001
    (rf"SHOW\s+PARTITIONS\s+{_NAME}", Metadata._partitions),  # noqa: SLF001
    (rf"(?:DESCRIBE|DESC)\s+{_NAME}", Metadata._describe),  # noqa: SLF001
]
