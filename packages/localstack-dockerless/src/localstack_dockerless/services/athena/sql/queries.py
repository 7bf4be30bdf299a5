"""Compiles a query to DuckDB's SQL: SELECT, set operations, joins, WITH, VALUES and UNNEST.

A clause that is not listed here is refused by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.calls import window_terms
from localstack_dockerless.services.athena.sql.expressions import Expressions
from localstack_dockerless.services.athena.sql.names import Column, Names
from localstack_dockerless.services.athena.sql.positions import where
from localstack_dockerless.services.athena.sql.types import BIGINT, Type, mismatch, quoted
from localstack_dockerless.services.athena.sql.values import Value, together


@dataclass(frozen=True)
class Relation:
    """Holds a compiled query with its columns."""

    sql: str
    columns: list[Column]


Tables = Mapping[str, Relation]
"""Maps the name that stands for a table of the catalogue to the SQL that reads it."""

_OF_SELECT = {
    "expressions", "distinct", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "with_",
    "windows", "laterals", "kind", "hint", "operation_modifiers",
}  # fmt: skip
_OF_SETS = {"this", "expression", "distinct", "with_", "order", "limit", "offset", "by_name", "side", "kind", "on"}


class Queries:
    """Compiles the queries of one statement. `tables` are its tables of the catalogue."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._common: list[dict[str, list[Column]]] = []

    def compiled(self, node: exp.Expression, outer: Names | None = None) -> Relation:
        """Returns the query. Raises `QueryFailedError`."""
        with_, depth = self._with(node, outer), len(self._common)
        if isinstance(node, exp.Select):
            found = self._select(node, outer)
        elif isinstance(node, exp.SetOperation):
            found = self._set(node, outer)
        elif isinstance(node, exp.Subquery):
            found = self._nested(node, outer)
        elif isinstance(node, exp.Values):
            found = self._values(node, outer)
        else:
            raise not_supported(f"the query {node.sql('trino')}")
        if node.args.get("with_"):
            self._common = self._common[: depth - 1]
        return Relation(f"{with_}{found.sql}", found.columns)

    def _with(self, node: exp.Expression, outer: Names | None) -> str:
        with_ = node.args.get("with_")
        if with_ is None:
            return ""
        if with_.args.get("recursive"):
            raise not_supported("WITH RECURSIVE")
        self._common.append({})
        parts = []
        for each in with_.expressions:
            found = self.compiled(each.this, outer)
            names = [name.name.lower() for name in each.args["alias"].columns] or [c.name for c in found.columns]
            columns = [Column(name, column.type) for name, column in zip(names, found.columns, strict=True)]
            self._common[-1][each.alias.lower()] = columns
            parts.append(f"{quoted(each.alias.lower())}({_names(columns)}) AS ({found.sql})")
        return f"WITH {', '.join(parts)} "

    def _select(self, node: exp.Select, outer: Names | None) -> Relation:
        _refuse_others(node, _OF_SELECT)
        names = Names(outer=outer)
        compiler = Expressions(names, self.compiled)
        parts = [f" FROM {self._from(node, names, compiler)}"] if node.args.get("from_") else []
        if node.args.get("where"):
            parts.append(f" WHERE {compiler.boolean(node.args['where'].this)}")
        windows = node.args.get("windows") or ()
        names.windows = {each.this.name.lower(): each for each in windows}
        if node.args.get("group"):
            parts.append(f" GROUP BY {self._group(node.args['group'], compiler)}")
        if node.args.get("having"):
            parts.append(f" HAVING {compiler.boolean(node.args['having'].this, 'HAVING clause')}")
        if windows:
            named = [f"{quoted(each.this.name.lower())} AS ({window_terms(compiler, each)})" for each in windows]
            parts.append(f" WINDOW {', '.join(named)}")
        values = [(each.alias_or_name.lower(), compiler.value(each.unalias())) for each in node.expressions]
        columns = [Column(name, value.type) for name, value in values]
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on"):
            raise not_supported("DISTINCT ON")
        selected = ", ".join(f"{value.sql} AS {quoted(name)}" for name, value in values)
        head = f"SELECT {'DISTINCT ' if distinct is not None else ''}{selected}{''.join(parts)}"
        names.outputs = {name: Value(f"({value.sql})", value.type) for name, value in values}
        return Relation(f"{head}{self._tail(node, compiler)}", columns)

    def _from(self, node: exp.Select, names: Names, compiler: Expressions) -> str:
        text = self._source(node.args["from_"].this, names, compiler)
        for join in node.args.get("joins") or ():
            text += self._join(join, names, compiler)
        if node.args.get("laterals"):
            raise not_supported("LATERAL VIEW")
        return text

    def _join(self, join: exp.Join, names: Names, compiler: Expressions) -> str:
        if join.args.get("using") or join.method:
            raise not_supported(f"a {join.method} join".replace("  ", " "))
        source = self._source(join.this, names, compiler)
        kind = " ".join(filter(None, (join.side.upper(), join.kind.upper())))
        condition = join.args.get("on")
        if isinstance(join.this, exp.Unnest) and kind in ("CROSS", "LEFT", ""):
            if condition is not None and not (isinstance(condition, exp.Boolean) and condition.this):
                raise not_supported("a join with UNNEST and a condition other than TRUE")
            return f" LEFT JOIN LATERAL {source} ON TRUE" if kind == "LEFT" else f" CROSS JOIN LATERAL {source}"
        if kind not in ("", "INNER", "LEFT", "LEFT OUTER", "RIGHT", "RIGHT OUTER", "FULL", "FULL OUTER", "CROSS"):
            raise not_supported(f"{kind} JOIN")
        if condition is None:
            return f" CROSS JOIN {source}"
        return f" {kind or 'INNER'} JOIN {source} ON {compiler.boolean(condition, 'JOIN ON clause')}"

    def _source(self, node: exp.Expression, names: Names, compiler: Expressions) -> str:
        alias = node.alias_or_name.lower()
        if isinstance(node, exp.Table):
            sql, columns = self._table(node)
        elif isinstance(node, exp.Subquery):
            found = self.compiled(node.this, names.outer)
            sql, columns = f"({found.sql})", found.columns
        elif isinstance(node, exp.Values):
            found = self._values(node, names.outer)
            sql, columns = f"({found.sql})", found.columns
        elif isinstance(node, exp.Unnest):
            sql, columns = self._unnest(node, compiler)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery) and not node.args.get("view"):
            found = self.compiled(node.this.this, names)
            sql, columns = f"LATERAL ({found.sql})", found.columns
        else:
            raise not_supported(f"the relation {node.sql('trino')}")
        renamed = [each.name.lower() for each in (node.args["alias"].columns if node.args.get("alias") else ())]
        ordinal = node.args.get("offset") if isinstance(node, exp.Unnest) else None
        if renamed and isinstance(ordinal, exp.Identifier):
            renamed.append(ordinal.name.lower())  # sqlglot takes the last name of the list as that of the ordinality
        if renamed:
            if len(renamed) != len(columns):
                text = (
                    f"Column alias list has {len(renamed)} entries but '{alias}' has {len(columns)} columns available"
                )
                raise QueryFailedError("MISMATCHED_COLUMN_ALIASES", f"{where(node)}{text}")
            columns = [Column(name, column.type) for name, column in zip(renamed, columns, strict=True)]
        if alias in names.sources:
            raise QueryFailedError("DUPLICATE_NAME", f"{where(node)}The name '{alias}' stands for 2 relations")
        names.sources[alias] = {column.name: column.type for column in columns}
        return f"{sql} AS {quoted(alias)}({_names(columns)})"

    def _table(self, node: exp.Table) -> tuple[str, list[Column]]:
        _refuse_others(node, {"this", "alias", "db", "catalog"})
        if not node.db:
            for common in reversed(self._common):
                if node.name.lower() in common:
                    return quoted(node.name.lower()), common[node.name.lower()]
        found = self._tables[node.name]
        return found.sql, found.columns

    def _unnest(self, node: exp.Unnest, compiler: Expressions) -> tuple[str, list[Column]]:
        """Compiles UNNEST of one array or map. Rows of an array become columns."""
        if len(node.expressions) != 1:
            raise not_supported("UNNEST of more than one array")
        value = compiler.value(node.expressions[0])
        offset = bool(node.args.get("offset"))
        if value.type.name == "map":
            entries = f"SELECT unnest(map_entries({value.sql}), max_depth := 2)"
            columns = [Column("key", value.type.parts[0]), Column("value", value.type.parts[1])]
            if offset:
                raise not_supported("UNNEST of a map WITH ORDINALITY")
            return f"({entries})", columns
        if value.type.name != "array":
            raise mismatch(f"{where(node)}Cannot unnest type: {value.type}")
        (part,) = value.type.parts
        if part.name == "row":
            columns = [Column(name, kind) for name, kind in zip(part.fields, part.parts, strict=True)]
            taken = f"unnest({value.sql}, max_depth := 2)"
        else:
            columns, taken = [Column("_col0", part)], f"unnest({value.sql})"
        if offset:
            columns.append(Column("ordinality", BIGINT))
            taken += f", unnest(generate_series(1, len({value.sql})))"
        return f"(SELECT {taken})", columns

    def _group(self, node: exp.Group, compiler: Expressions) -> str:
        _refuse_others(node, {"expressions", "cube", "rollup", "grouping_sets"})
        more = [each for name in ("cube", "rollup", "grouping_sets") for each in node.args.get(name) or ()]
        return ", ".join(self._grouped(each, compiler) for each in (*node.expressions, *more))

    def _grouped(self, node: exp.Expression, compiler: Expressions) -> str:
        """Compiles a term of GROUP BY: https://trino.io/docs/current/sql/select.html#complex-grouping-operations."""
        words = {exp.Cube: "CUBE", exp.Rollup: "ROLLUP", exp.GroupingSets: "GROUPING SETS"}
        inner = ", ".join(self._grouped(each, compiler) for each in node.expressions)
        if type(node) in words:
            return f"{words[type(node)]} ({inner})"
        if isinstance(node, exp.Tuple):
            return f"({inner})"
        return compiler.value(node).sql

    def _tail(self, node: exp.Expression, compiler: Expressions) -> str:
        parts = []
        if node.args.get("order"):
            parts.append(f" ORDER BY {compiler.order(node.args['order'])}")
        limit = node.args.get("limit")
        if isinstance(limit, exp.Fetch):
            options = limit.args.get("limit_options")
            if options is not None and (options.args.get("with_ties") or options.args.get("percent")):
                raise not_supported("FETCH with TIES or PERCENT")
            parts.append(f" LIMIT {_count(limit.args.get('count') or exp.Literal.number(1))}")
        elif limit is not None and limit.expression.name.upper() != "ALL":
            parts.append(f" LIMIT {_count(limit.expression)}")
        if node.args.get("offset"):
            parts.append(f" OFFSET {_count(node.args['offset'].expression)}")
        return "".join(parts)

    def _set(self, node: exp.SetOperation, outer: Names | None) -> Relation:
        _refuse_others(node, _OF_SETS)
        word = type(node).__name__.upper()
        sides = [self.compiled(each, outer) for each in (node.this, node.expression)]
        if len(sides[0].columns) != len(sides[1].columns):
            raise mismatch(f"{where(node)}{word} query has different number of fields")
        kinds: list[Type] = []
        for one, other in zip(sides[0].columns, sides[1].columns, strict=True):
            kind = types.common(one.type, other.type)
            if kind is None:
                raise mismatch(f"{where(node)}column {len(kinds) + 1} in {word} query has incompatible types: "
                               f"{one.type}, {other.type}")  # fmt: skip
            kinds.append(kind)
        columns = [Column(column.name, kind) for column, kind in zip(sides[0].columns, kinds, strict=True)]
        parts = [_coerced(side, columns) for side in sides]
        names = Names(outer=outer, outputs=_outputs(columns))
        all_ = "" if node.args.get("distinct") else " ALL"
        return Relation(
            f"{parts[0]} {word}{all_} {parts[1]}{self._tail(node, Expressions(names, self.compiled))}", columns
        )

    def _nested(self, node: exp.Subquery, outer: Names | None) -> Relation:
        _refuse_others(node, {"this", "alias", "with_", "order", "limit", "offset"})
        found = self.compiled(node.this, outer)
        names = Names(outer=outer, outputs=_outputs(found.columns))
        tail = self._tail(node, Expressions(names, self.compiled))
        return Relation(f"SELECT * FROM ({found.sql}){tail}" if tail else f"({found.sql})", found.columns)  # noqa: S608

    def _values(self, node: exp.Values, outer: Names | None) -> Relation:
        compiler = Expressions(Names(outer=outer), self.compiled)
        rows = [[compiler.value(each) for each in (row.expressions if isinstance(row, exp.Tuple) else [row])]
                for row in node.expressions]  # fmt: skip
        if len({len(row) for row in rows}) != 1:
            raise mismatch(f"{where(node)}Values rows have mismatched sizes")
        found: list[list[Value]] = [
            together(list(each), "Values rows", where(node))[0] for each in zip(*rows, strict=True)
        ]
        columns = [Column(f"_col{index}", each[0].type) for index, each in enumerate(found)]
        lines = ", ".join(f"({', '.join(value.sql for value in row)})" for row in zip(*found, strict=True))
        return Relation(f"SELECT * FROM (VALUES {lines}) AS v({_names(columns)})", columns)  # noqa: S608


def _outputs(columns: list[Column]) -> dict[str, Value]:
    return {column.name: Value(quoted(column.name), column.type) for column in columns}


def _names(columns: list[Column]) -> str:
    return ", ".join(quoted(column.name) for column in columns)


def _coerced(side: Relation, columns: list[Column]) -> str:
    casts = [quoted(f"c{index}") if one.type == other.type else f"CAST({quoted(f'c{index}')} AS {other.type.duck})"
             for index, (one, other) in enumerate(zip(side.columns, columns, strict=True))]  # fmt: skip
    taken = ", ".join(f"{cast} AS {quoted(column.name)}" for cast, column in zip(casts, columns, strict=True))
    numbered = ", ".join(quoted(f"c{index}") for index in range(len(columns)))
    return f"(SELECT {taken} FROM ({side.sql}) AS s({numbered}))"  # noqa: S608


def _count(node: exp.Expression) -> str:
    if not (isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit()):
        raise not_supported("LIMIT and OFFSET that are no whole number")
    return node.name


def _refuse_others(node: exp.Expression, known: set[str]) -> None:
    others = [name for name, value in node.args.items() if value and name not in known]
    if others:
        raise not_supported(
            f"the clause {', '.join(name.rstrip('_').upper() for name in others)} of {node.sql('trino')}"
        )
