"""Resolves the names of a query with sqlglot's `qualify`, and keeps the column headings as the query writes them.

Athena lowers the case of every name, and shows a heading in the case that the query chose:
https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope
from sqlglot.schema import MappingSchema

from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.sql.grammar import AthenaDialect

_UNNAMED = re.compile(r"_unnamed_\d+")


@dataclass(frozen=True)
class TableName:
    """Names a table of the catalogue, in lower case. `database` is '' where the query names none."""

    catalog: str
    database: str
    table: str


def tables(tree: exp.Expression) -> list[tuple[exp.Table, TableName]]:
    """Returns the tables of the catalogue that the query names. A name of a WITH clause is no such table."""
    found: dict[int, tuple[exp.Table, TableName]] = {}
    for scope in traverse_scope(tree):
        common = {name.lower() for name in scope.cte_sources}
        for source in scope.tables:
            if source.db or source.name.lower() not in common:
                name = TableName(source.catalog.lower(), source.db.lower(), source.name.lower())
                found.setdefault(id(source), (source, name))
    return list(found.values())


def resolved(tree: exp.Expression, columns: Mapping[str, list[str]]) -> exp.Expression:
    """Returns the query with the source of a column before its name, where only one source has it.

    `columns` are those of each table of the catalogue, by the name that stands for it in the tree. Raises
    `QueryFailedError`.
    """
    _name_unnamed(tree)
    schema = MappingSchema(
        {name: dict.fromkeys(each, "varchar") for name, each in columns.items()} or None, dialect=AthenaDialect
    )
    try:
        return qualify(
            tree,
            dialect=AthenaDialect,
            schema=schema,
            expand_alias_refs=False,
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
        )
    except OptimizeError as error:
        raise QueryFailedError("SYNTAX_ERROR", str(error).partition("\n")[0]) from error


def headings(tree: exp.Expression) -> list[str | None]:
    """Returns the headings of the query before names are resolved, for each item of its SELECT. None: a star."""
    return [_heading(each) for each in _first_select(tree).expressions] if _has_select(tree) else []


def _heading(item: exp.Expression) -> str | None:
    if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
        return None
    return item.alias_or_name if isinstance(item, exp.Alias | exp.Column) else ""


def shown(written: list[str | None], names: list[str]) -> list[str]:
    """Returns the headings of the result. `names` are its columns in lower case, `written` what the query wrote."""
    found = list(names)
    if None not in written:
        found = [given or name for given, name in zip(written, names, strict=True)] if written else found
    else:
        star = written.index(None)
        before, after = written[:star], written[len(written) - written[::-1].index(None) :]
        for index, given in enumerate(before):
            found[index] = given or found[index]
        for index, given in enumerate(reversed(after)):
            found[-1 - index] = given or found[-1 - index]
    return [f"_col{index}" if _UNNAMED.fullmatch(name) else name for index, name in enumerate(found)]


def _has_select(tree: exp.Expression) -> bool:
    return isinstance(_first_select(tree), exp.Select)


def _first_select(tree: exp.Expression) -> exp.Expression:
    while isinstance(tree, exp.SetOperation | exp.Subquery):
        tree = tree.this
    return tree


def _name_unnamed(tree: exp.Expression) -> None:
    """Names what the query does not name, so that sqlglot infers no names."""
    for number, item in enumerate(list(_unnamed(tree))):
        item.replace(exp.alias_(item.copy(), f"_unnamed_{number}", copy=False))


def _unnamed(tree: exp.Expression) -> Iterator[exp.Expression]:
    for select in tree.find_all(exp.Select):
        for item in select.expressions:
            if not isinstance(item, exp.Alias | exp.Column | exp.Star):
                yield item
