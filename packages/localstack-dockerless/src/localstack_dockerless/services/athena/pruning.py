"""Finds the conditions of a query that choose partitions, and applies them.

A condition counts if it can only drop rows: a term of WHERE for a table that no outer join fills with NULLs, or a term
of ON that an inner join or the filled side of an outer join has. It may name partition columns and constants only.
"""

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.sql.expressions import Expressions
from localstack_dockerless.services.athena.sql.names import Column, Names
from localstack_dockerless.services.athena.sql.types import quoted, text

_NO_CONSTANT = (exp.Query, exp.Window, exp.Lambda)


def conditions(tree: exp.Expression, name: str, keys: list[Column]) -> list[exp.Expression]:
    """Returns the conditions on the partition columns of the table `name`, which the tree names once."""
    node = next((each for each in tree.find_all(exp.Table) if each.name == name and not each.db), None)
    select = node.find_ancestor(exp.Select) if node is not None else None
    if node is None or select is None or not keys:
        return []
    alias, known = node.alias_or_name.lower(), {key.name for key in keys}
    return [each for each in _terms(select, alias) if _is_static(each, alias, known)]


def given(found: list[exp.Expression], column: str) -> list[str] | None:
    """Returns the constants to which the conditions set a column, or None if none does."""
    for each in found:
        node = each.unnest()
        constants: list[Any] = []
        if isinstance(node, exp.EQ):
            sides = (node.this.unnest(), node.expression.unnest())
            if any(isinstance(side, exp.Column) and side.name.lower() == column for side in sides):
                constants = [side for side in sides if not isinstance(side, exp.Column)]
        elif isinstance(node, exp.In) and isinstance(node.this, exp.Column) and node.this.name.lower() == column:
            constants = node.expressions
        if constants and all(isinstance(constant, exp.Literal) for constant in constants):
            return [constant.name for constant in constants]
    return None


def kept(
    connection: Any, found: list[exp.Expression], keys: list[Column], values: list[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Returns the partition values that the conditions allow. Raises `QueryFailedError`."""
    if not found or not values:
        return values
    alias = next(column.table for column in found[0].find_all(exp.Column)).lower()
    compiler = Expressions(Names({alias: {key.name: key.type for key in keys}}), _no_query)
    condition = " AND ".join(compiler.boolean(each) for each in found)
    rows = ", ".join(f"({index}, {', '.join(map(text, each))})" for index, each in enumerate(values))
    texts = ", ".join(quoted(f"v{index}") for index in range(len(keys)))
    typed = ", ".join(
        f"TRY_CAST({quoted(f'v{index}')} AS {key.type.duck}) AS {quoted(key.name)}" for index, key in enumerate(keys)
    )
    source = f"SELECT athena_index, {typed} FROM (VALUES {rows}) AS v(athena_index, {texts})"  # noqa: S608
    query = f"SELECT athena_index FROM ({source}) AS {quoted(alias)} WHERE {condition} ORDER BY 1"  # noqa: S608
    return [values[index] for (index,) in connection.execute(query).fetchall()]


def _no_query(_node: exp.Expression, _names: Names) -> Any:
    raise QueryFailedError("GENERIC_INTERNAL_ERROR", "a condition on partitions has a subquery")


def _terms(select: exp.Select, alias: str) -> Iterator[exp.Expression]:
    joins = select.args.get("joins") or []
    first = select.args["from_"].this.alias_or_name.lower()
    before, filled = {first}, set()
    on: list[exp.Expression] = []
    for join in joins:
        name, condition = join.this.alias_or_name.lower(), join.args.get("on")
        side = (join.side or "").upper()
        if condition is not None and (
            side == "" or (side == "LEFT" and name == alias) or (side == "RIGHT" and alias in before)
        ):
            on.append(condition)
        filled |= {"LEFT": {name}, "RIGHT": before, "FULL": {*before, name}}.get(side, set())
        before = {*before, name}
    for condition in on:
        yield from _split(condition)
    where = select.args.get("where")
    if where is not None and alias not in filled:
        yield from _split(where.this)


def _split(condition: exp.Expression) -> Iterator[exp.Expression]:
    node = condition.unnest()
    if isinstance(node, exp.And):
        yield from _split(node.this)
        yield from _split(node.expression)
    else:
        yield node


def _is_static(node: exp.Expression, alias: str, keys: set[str]) -> bool:
    columns = list(node.find_all(exp.Column))
    return (
        bool(columns)
        and all(column.table.lower() == alias and column.name.lower() in keys for column in columns)
        and not any(isinstance(each, _NO_CONSTANT) for each in node.walk())
    )
