"""Compiles the expressions of a query to DuckDB's SQL, each with its type in Trino.

An expression that is not listed here is refused by its name, so that nothing is translated by chance.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.arithmetic import SYMBOLS, arithmetic, without_nan
from localstack_dockerless.services.athena.sql.calls import call, window
from localstack_dockerless.services.athena.sql.casts import cast
from localstack_dockerless.services.athena.sql.literals import declared, interval, literal, moment
from localstack_dockerless.services.athena.sql.names import Names
from localstack_dockerless.services.athena.sql.positions import where
from localstack_dockerless.services.athena.sql.types import BOOLEAN, DATE, UNKNOWN, VARCHAR, mismatch, quoted, text
from localstack_dockerless.services.athena.sql.values import Value, cast_to, together, zone_name

_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_COMPARISONS |= {exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM"}
_ARITHMETIC = {exp.Add: "add", exp.Sub: "sub", exp.Mul: "mul", exp.Div: "div", exp.Mod: "mod"}


class Expressions:
    """Compiles expressions by the names of one SELECT. `query` compiles a query in an expression."""

    def __init__(self, names: Names, query: Callable[[exp.Expression, Names], Any]) -> None:
        self.names, self._query = names, query

    def value(self, node: exp.Expression) -> Value:
        """Returns the compiled expression. Raises `QueryFailedError`."""
        compare = _COMPARISONS.get(type(node))
        if compare:
            return self._comparison(node, compare)
        operator = _ARITHMETIC.get(type(node))
        if operator:
            return arithmetic(operator, self.value(node.this), self.value(node.expression), where(node))
        method = _METHODS.get(type(node))
        if method is None:
            raise not_supported(f"the expression {node.sql('trino')} ({type(node).__name__})")
        return method(self, node)

    def boolean(self, node: exp.Expression, what: str = "WHERE clause") -> str:
        """Returns the SQL of a condition. Raises `QueryFailedError` if it is no boolean."""
        value = self.value(node)
        if value.type not in (BOOLEAN, UNKNOWN):
            raise mismatch(f"{where(node)}{what} must evaluate to a boolean: actual type {value.type}")
        return value.sql

    def order(self, node: exp.Expression) -> str:
        """Returns the terms of an ORDER BY. NULLs are last by default, whichever the direction.

        https://trino.io/docs/current/sql/select.html#order-by-clause
        """
        return ", ".join(self.ordered(each) for each in node.expressions)

    def ordered(self, node: exp.Expression) -> str:
        if node.args.get("with_fill"):
            raise not_supported("WITH FILL")
        direction = "DESC" if node.args.get("desc") else "ASC"
        nulls = "FIRST" if node.args.get("nulls_first") else "LAST"
        return f"{self._term(node.this).sql} {direction} NULLS {nulls}"

    def _term(self, node: exp.Expression) -> Value:
        """Returns a term of ORDER BY. A column of the SELECT itself is named, so that DISTINCT works."""
        if isinstance(node, exp.Column) and not node.table and node.name.lower() in self.names.outputs:
            return Value(quoted(node.name.lower()), self.names.outputs[node.name.lower()].type)
        return self.value(node)

    def column(self, node: exp.Column) -> Value:
        return self.names.column(node)

    def _comparison(self, node: exp.Expression, symbol: str) -> Value:
        if isinstance(node.expression, exp.All | exp.Any):
            raise not_supported("a comparison with ALL, ANY or SOME")
        left, right = self.value(node.this), self.value(node.expression)
        if types.common(left.type, right.type) is None:
            raise mismatch(f"{where(node)}Cannot apply operator: {left.type} {symbol} {right.type}")
        (one, other), kind = together([left, right], "operands")
        compared = f"{one.sql} {symbol} {other.sql}"
        if kind.name in ("double", "real"):
            compared += without_nan(symbol, left, right, one.sql, other.sql)
        return Value(f"({compared})", BOOLEAN)

    def _literal(self, node: exp.Expression) -> Value:
        return literal(node)

    def _logical(self, node: exp.Expression) -> Value:
        word = "AND" if isinstance(node, exp.And) else "OR"
        parts = [self.boolean(each, "Logical expression term") for each in (node.this, node.expression)]
        return Value(f"({parts[0]} {word} {parts[1]})", BOOLEAN)

    def _not(self, node: exp.Expression) -> Value:
        return Value(f"(NOT {self.boolean(node.this, 'Value of logical NOT expression')})", BOOLEAN)

    def _negative(self, node: exp.Expression) -> Value:
        value = self.value(node.this)
        if not (value.type.is_number or value.type.name in (types.INTERVAL, types.MONTHS)):
            raise mismatch(f"{where(node)}Cannot negate {value.type}")
        whole = -value.constant if isinstance(value.constant, int | Decimal) else None
        return Value(f"(- {value.sql})", value.type, whole)

    def _paren(self, node: exp.Expression) -> Value:
        value = self.value(node.this)
        return Value(f"({value.sql})", value.type, value.constant)

    def _is(self, node: exp.Expression) -> Value:
        if not isinstance(node.expression, exp.Null):
            raise not_supported(f"IS {node.expression.sql('trino')}")
        return Value(f"({self.value(node.this).sql} IS NULL)", BOOLEAN)

    def _between(self, node: exp.Expression) -> Value:
        values = [self.value(each) for each in (node.this, node.args["low"], node.args["high"])]
        (value, low, high), _ = together(values, "BETWEEN value, min and max", where(node))
        return Value(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", BOOLEAN)

    def _in(self, node: exp.Expression) -> Value:
        value = self.value(node.this)
        query = node.args.get("query")
        if query is not None:
            found = self._query(query.this if isinstance(query, exp.Subquery) else query, self.names)
            if len(found.columns) != 1 or types.common(value.type, found.columns[0].type) is None:
                raise mismatch(f"{where(node)}value and result of subquery must be of the same type for IN expression")
            return Value(f"({value.sql} IN ({found.sql}))", BOOLEAN)
        if not node.expressions:
            raise not_supported(f"the condition {node.sql('trino')}")
        (first, *rest), _ = together(
            [value, *map(self.value, node.expressions)], "IN value and list items", where(node)
        )
        return Value(f"({first.sql} IN ({', '.join(each.sql for each in rest)}))", BOOLEAN)

    def _like(self, node: exp.Expression, escape: str = "") -> Value:
        value, pattern = self.value(node.this), self.value(node.expression)
        if value.type not in (VARCHAR, UNKNOWN) or pattern.type not in (VARCHAR, UNKNOWN):
            raise mismatch(
                f"{where(node)}Left side of LIKE expression must evaluate to a varchar (actual: {value.type})"
            )
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        return Value(f"({value.sql} {word} {pattern.sql}{escape})", BOOLEAN)

    def _escape(self, node: exp.Expression) -> Value:
        mark = node.expression
        if not isinstance(node.this, exp.Like) or not mark.is_string or len(mark.name) != 1:
            raise not_supported(f"the condition {node.sql('trino')}")
        return self._like(node.this, f" ESCAPE {text(mark.name)}")

    def _case(self, node: exp.Expression) -> Value:
        branches = node.args["ifs"]
        default = node.args.get("default")
        results = [self.value(each.args["true"]) for each in branches]
        results.append(self.value(default) if default is not None else Value("NULL", UNKNOWN))
        results, kind = together(results, "All CASE results", where(node))
        whens = [self._when(node, each.this) for each in branches]
        cases = " ".join(f"WHEN {one} THEN {then.sql}" for one, then in zip(whens, results, strict=False))
        return Value(f"CASE {cases} ELSE {results[-1].sql} END", kind)

    def _when(self, node: exp.Expression, condition: exp.Expression) -> str:
        if node.this is None:
            return self.boolean(condition, "CASE WHEN clause")
        return self._comparison(exp.EQ(this=node.this, expression=condition), "=").sql

    def _if(self, node: exp.Expression) -> Value:
        return self._case(exp.Case(ifs=[node], default=node.args.get("false")))

    def _coalesce(self, node: exp.Expression) -> Value:
        values, kind = together([self.value(each) for each in (node.this, *node.expressions)], "COALESCE operands")
        return Value(f"coalesce({', '.join(each.sql for each in values)})", kind)

    def _cast(self, node: exp.Expression) -> Value:
        target = node.args["to"]
        kind, length = declared(target)
        if node.this.is_string and kind.name in ("timestamp", types.ZONED, "date") and not node.args.get("safe"):
            return moment(node.this.name, kind, where(node))
        return cast(self.value(node.this), kind, safe=isinstance(node, exp.TryCast), length=length)

    def _concat(self, node: exp.Expression) -> Value:
        left, right = self.value(node.this), self.value(node.expression)
        if left.type.name == "array" and right.type.name == "array":
            (one, other), kind = together([left, right], "concat", where(node))
            return Value(f"list_concat({one.sql}, {other.sql})", kind)
        if {left.type, right.type} - {VARCHAR, UNKNOWN}:
            raise QueryFailedError(
                "FUNCTION_NOT_FOUND",
                f"{where(node)}Unexpected parameters ({left.type}, {right.type}) for function concat",
            )
        return Value(f"({left.sql} || {right.sql})", VARCHAR)

    def _bracket(self, node: exp.Expression) -> Value:
        """Compiles a subscript, which begins at 1. A missing index or key fails.

        https://trino.io/docs/current/functions/array.html#subscript-operator
        """
        (index,) = node.expressions
        value, key = self.value(node.this), self.value(index)
        if value.type.name == "array" and key.type.is_integer:
            return Value(f"athena_subscript({value.sql}, {key.sql})", value.type.parts[0])
        if value.type.name == "map":
            return Value(f"athena_key({value.sql}, {cast_to(key, value.type.parts[0]).sql})", value.type.parts[1])
        raise mismatch(f"{where(node)}Cannot use {key.type} for subscript of {value.type}")

    def _dot(self, node: exp.Expression) -> Value:
        value, name = self.value(node.this), node.expression.name.lower()
        if value.type.name != "row" or name not in value.type.fields:
            raise QueryFailedError("COLUMN_NOT_FOUND", f"{where(node)}Column '{node.sql('trino')}' cannot be resolved")
        return Value(f"{value.sql}[{text(name)}]", value.type.parts[value.type.fields.index(name)])

    def _array(self, node: exp.Expression) -> Value:
        if not node.expressions:
            return Value("CAST([] AS INTEGER[])", types.array(UNKNOWN))
        values, kind = together([self.value(each) for each in node.expressions], "All ARRAY elements", where(node))
        return Value(f"[{', '.join(each.sql for each in values)}]", types.array(kind))

    def _at_zone(self, node: exp.Expression) -> Value:
        """Keeps the instant and changes the zone, unlike DuckDB. A timestamp without a zone is in UTC, as the session.

        https://trino.io/docs/current/functions/datetime.html#time-zone-conversion
        """
        zone = self.value(node.args["zone"])
        if not isinstance(zone.constant, str):
            raise not_supported("AT TIME ZONE with a zone that is no literal text")
        value = self.value(node.this)
        if value.type.name not in ("timestamp", types.ZONED):
            raise mismatch(f"{where(node)}Type of value must be a time or timestamp with or without time zone")
        zone_name(zone.constant)
        kind = types.zoned(zone.constant, value.type.args[0])
        return Value(cast_to(value, types.zoned(precision=value.type.args[0])).sql, kind)

    def _now(self, node: exp.Expression) -> Value:
        if isinstance(node, exp.CurrentDate):
            return Value("CAST((now() AT TIME ZONE 'UTC') AS DATE)", DATE)
        if node.args.get("this"):
            raise not_supported(f"{node.sql('trino')} with a precision")
        if isinstance(node, exp.Localtimestamp):
            return Value("date_trunc('millisecond', now() AT TIME ZONE 'UTC')", types.timestamp(3))
        return Value("date_trunc('millisecond', now())", types.zoned())

    def _subquery(self, node: exp.Expression) -> Value:
        """Compiles a scalar subquery. More than one row fails, as in Trino."""
        found = self._query(node.this, self.names)
        if len(found.columns) != 1:
            raise mismatch(f"{where(node)}Multiple columns returned by subquery are not yet supported")
        return Value(f"({found.sql})", found.columns[0].type)

    def _exists(self, node: exp.Expression) -> Value:
        return Value(f"EXISTS ({self._query(node.this, self.names).sql})", BOOLEAN)

    def _interval(self, node: exp.Expression) -> Value:
        return interval(node)

    def _call(self, node: exp.Expression) -> Value:
        return call(self, node)

    def _window(self, node: exp.Expression) -> Value:
        return window(self, node)

    def lambda_of(self, node: exp.Expression, kinds: list[types.Type]) -> tuple[str, Value]:
        """Returns DuckDB's lambda and its compiled body. `kinds` are the types of its parameters."""
        parameters = [each.name.lower() for each in node.expressions]
        inner = Expressions(self.names.with_parameters(dict(zip(parameters, kinds, strict=True))), self._query)
        body = inner.value(node.this)
        return f"lambda {', '.join(quoted(each) for each in parameters)}: {body.sql}", body


_METHODS: dict[type, Callable[[Expressions, Any], Value]] = {
    exp.Column: Expressions.column,
    exp.Identifier: lambda self, node: self.names.parameter(node),
    **dict.fromkeys((exp.Literal, exp.Boolean, exp.Null, exp.HexString, exp.UnicodeString), Expressions._literal),  # noqa: SLF001
    **dict.fromkeys((exp.And, exp.Or), Expressions._logical),  # noqa: SLF001
    exp.Not: Expressions._not,  # noqa: SLF001
    exp.Neg: Expressions._negative,  # noqa: SLF001
    exp.Paren: Expressions._paren,  # noqa: SLF001
    exp.Is: Expressions._is,  # noqa: SLF001
    exp.Between: Expressions._between,  # noqa: SLF001
    exp.In: Expressions._in,  # noqa: SLF001
    exp.Like: Expressions._like,  # noqa: SLF001
    exp.Escape: Expressions._escape,  # noqa: SLF001
    exp.Case: Expressions._case,  # noqa: SLF001
    exp.If: Expressions._if,  # noqa: SLF001
    exp.Coalesce: Expressions._coalesce,  # noqa: SLF001
    **dict.fromkeys((exp.Cast, exp.TryCast), Expressions._cast),  # noqa: SLF001
    exp.DPipe: Expressions._concat,  # noqa: SLF001
    exp.Bracket: Expressions._bracket,  # noqa: SLF001
    exp.Dot: Expressions._dot,  # noqa: SLF001
    exp.Array: Expressions._array,  # noqa: SLF001
    exp.AtTimeZone: Expressions._at_zone,  # noqa: SLF001
    **dict.fromkeys((exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp), Expressions._now),  # noqa: SLF001
    exp.Subquery: Expressions._subquery,  # noqa: SLF001
    exp.Exists: Expressions._exists,  # noqa: SLF001
    exp.Interval: Expressions._interval,  # noqa: SLF001
    **dict.fromkeys((exp.Anonymous, exp.Trim, exp.Substring, exp.StrPosition, exp.Extract, exp.GroupConcat,
                     exp.Filter), Expressions._call),  # noqa: SLF001
    exp.Window: Expressions._window,  # noqa: SLF001
}  # fmt: skip
assert set(_ARITHMETIC.values()) == set(SYMBOLS)  # noqa: S101 -- one list of operators
