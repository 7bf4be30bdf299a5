"""Runs a SELECT: finds its tables, fetches what it reads, and lets DuckDB answer the translated query."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp

from localstack_dockerless.services.athena import cache, information, objects, partitions, pruning, scan, texts
from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.catalog import Catalog, Table
from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.results import Row, column
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.names import Column
from localstack_dockerless.services.athena.sql.names_of_query import headings, resolved, shown, tables
from localstack_dockerless.services.athena.sql.positions import where
from localstack_dockerless.services.athena.sql.queries import Queries, Relation
from localstack_dockerless.services.athena.sql.types import Type, quoted, text
from localstack_dockerless.services.athena.sql.values import zone_name

BATCH = 5000
"""The rows that are taken from DuckDB at once."""


class ScanLimitError(Exception):
    """The query would read more bytes than its workgroup allows."""


@dataclass
class Plan:
    """Holds a translated query. `scanned` is in bytes."""

    sql: str
    heads: list[str]
    columns: list[Column]
    scanned: int = 0

    @property
    def shown_columns(self) -> list[dict[str, Any]]:
        pairs = zip(self.heads, self.columns, strict=True)
        return [column(head, _shown_type(each.type), each.type.args[:2]) for head, each in pairs]


def _shown_type(kind: Type) -> str:
    return "varchar" if kind.name == "unknown" else kind.name


@dataclass(frozen=True)
class Reader:
    """Reads the tables of a query. `check` raises if the query is to stop."""

    connection: Any
    caller: Caller
    folder: Path
    check: Callable[[], None]

    def plan(self, tree: exp.Expression, database: str, limit: int | None) -> Plan:
        """Returns the translated query, with its objects in the folder. `limit` is in bytes.

        Raises `QueryFailedError`, or `ScanLimitError`.
        """
        catalog = Catalog(self.caller)
        found: dict[str, Table] = {}
        columns: dict[str, list[Column]] = {}
        for index, (node, named) in enumerate(tables(tree)):
            name, schema = f"athena_{index}", named.database or database
            if schema == information.NAME:
                columns[name] = information.columns(named.table, where(node))
                information.make_table(self.connection, name, named.table, catalog)
            else:
                found[name] = catalog.table(named.catalog, schema, named.table, where(node))
                columns[name] = found[name].all_columns
            _rename(node, name)
        written = headings(tree)
        tree = resolved(tree, {name: [each.name for each in own] for name, own in columns.items()})
        relation = Queries({name: Relation(quoted(name), own) for name, own in columns.items()}).compiled(tree)
        scanned = sum(self._read(catalog, name, table, tree) for name, table in found.items())
        if limit is not None and scanned > limit:
            raise ScanLimitError
        heads = shown(written, [each.name for each in relation.columns])
        return Plan(_without_zones(relation), heads, relation.columns, scanned)

    def _read(self, catalog: Catalog, name: str, table: Table, tree: exp.Expression) -> int:
        """Fetches the objects of a table and makes its view. Returns the bytes that the query reads."""
        self.check()
        conditions = pruning.conditions(tree, name, table.keys)
        chosen = partitions.chosen(self.connection, catalog, table, conditions)
        own, what = self.folder / name, f"the table {table.full_name}"
        own.mkdir()
        found = objects.listed(self.caller.client("s3"), chosen, what)
        files = []
        for file, each in zip(objects.fetched(self.caller, cache.shared(), own, found, what), found, strict=True):
            self.check()
            files.append((file, each.values))
        return scan.make_view(self.connection, name, table, files, _used(tree, name))


def _rename(node: exp.Table, name: str) -> None:
    if not node.args.get("alias"):
        node.set("alias", exp.TableAlias(this=exp.to_identifier(node.name.lower(), quoted=True)))
    node.set("this", exp.to_identifier(name, quoted=True))
    node.set("db", None)
    node.set("catalog", None)


def _used(tree: exp.Expression, name: str) -> set[str]:
    """Returns the columns of a table that the query names. A name without a source may be any table's."""
    node = next(each for each in tree.find_all(exp.Table) if each.name == name)
    alias = node.alias_or_name.lower()
    return {each.name.lower() for each in tree.find_all(exp.Column) if each.table.lower() in (alias, "")}


def _without_zones(relation: Relation) -> str:
    """Returns the query with the local time of each timestamp with time zone: DuckDB's needs a library to be read."""
    if not any(_has_zone(each.type) for each in relation.columns):
        return relation.sql
    taken = []
    for index, each in enumerate(relation.columns):
        name = quoted(f"c{index}")
        if each.type.name == types.ZONED:
            if each.type.zone is None:
                raise not_supported("a result with time zones that come from the data. Set one with AT TIME ZONE")
            taken.append(f"({name} AT TIME ZONE {text(zone_name(each.type.zone))})")
        elif _has_zone(each.type):
            raise not_supported(f"a result of the type {each.type}")
        else:
            taken.append(name)
    names = ", ".join(quoted(f"c{index}") for index in range(len(relation.columns)))
    return f"SELECT {', '.join(taken)} FROM ({relation.sql}) AS q({names})"  # noqa: S608


def _has_zone(kind: Type) -> bool:
    return kind.name == types.ZONED or any(map(_has_zone, kind.parts))


def rows(connection: Any, made: Plan) -> Iterator[Row]:
    """Yields the rows of the result as Athena shows them."""
    cursor = connection.execute(made.sql)
    kinds = [each.type for each in made.columns]
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            yield [texts.shown(value, kind) for value, kind in zip(row, kinds, strict=True)]
