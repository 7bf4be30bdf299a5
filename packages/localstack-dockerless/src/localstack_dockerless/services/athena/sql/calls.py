"""Compiles calls of functions, aggregates and window functions. `functions/` says what each name means."""

from typing import TYPE_CHECKING

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.functions import AGGREGATES, LAMBDAS, SCALARS, WINDOWS
from localstack_dockerless.services.athena.sql.positions import where
from localstack_dockerless.services.athena.sql.types import INTEGER, quoted
from localstack_dockerless.services.athena.sql.values import Aggregate, Call, Value

if TYPE_CHECKING:
    from localstack_dockerless.services.athena.sql.expressions import Expressions

_SPECIAL = {exp.Trim: "trim", exp.Substring: "substring", exp.StrPosition: "strpos", exp.Extract: "extract"}


def call(compiler: "Expressions", node: exp.Expression) -> Value:
    """Returns the call of a scalar function or of an aggregate without OVER. Raises `QueryFailedError`."""
    if isinstance(node, exp.Filter) or _name(node) in AGGREGATES:
        return _aggregate(compiler, node, "")
    name = _name(node)
    if name in LAMBDAS:
        return LAMBDAS[name](compiler, node)
    if name == "grouping":
        return Value(
            f"CAST(grouping({', '.join(compiler.value(each).sql for each in node.expressions)}) AS INTEGER)", INTEGER
        )
    if name in WINDOWS:
        raise QueryFailedError("MISSING_OVER", f"{where(node)}Window function {name} requires an OVER clause")
    function = SCALARS.get(name)
    if function is None:
        raise unknown(name, node)
    return function(Call(name, [compiler.value(each) for each in _arguments(node)], where(node)))


def window(compiler: "Expressions", node: exp.Expression) -> Value:
    """Returns a call with OVER. Raises `QueryFailedError`."""
    over = _over(compiler, node)
    inner, nulls = node.this, ""
    if isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
        nulls = " IGNORE NULLS" if isinstance(inner, exp.IgnoreNulls) else ""
        inner = inner.this
    name = _name(inner)
    if name not in WINDOWS:
        if isinstance(inner, exp.Filter) or name in AGGREGATES:
            return _aggregate(compiler, inner, over)
        raise unknown(name, inner)
    found = WINDOWS[name](Call(name, [compiler.value(each) for each in _arguments(inner)], where(inner)))
    return Value(found.wrap.format(f"{found.function}({found.args}{nulls}){over}"), found.type)


def unknown(name: str, node: exp.Expression) -> QueryFailedError:
    """Returns the error for a function that does not exist or that has no translation."""
    return QueryFailedError(
        "FUNCTION_NOT_FOUND",
        f"{where(node)}Function '{name}' not registered: this emulator's Athena has no translation of it",
    )


def _name(node: exp.Expression) -> str:
    if isinstance(node, exp.GroupConcat):
        return "listagg"
    return _SPECIAL.get(type(node)) or (node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__)


def _arguments(node: exp.Expression) -> list[exp.Expression]:
    if isinstance(node, exp.Trim):
        side = str(node.args.get("position") or "BOTH").lower()
        return [each for each in (exp.Literal.string(side), node.this, node.args.get("expression")) if each is not None]
    if isinstance(node, exp.Substring):
        return [each for each in (node.this, node.args["start"], node.args.get("length")) if each is not None]
    if isinstance(node, exp.StrPosition):
        return [node.this, node.args["substr"]]
    if isinstance(node, exp.Extract):
        return [exp.Literal.string(node.this.name.lower()), node.expression]
    return list(node.expressions)


def _aggregate(compiler: "Expressions", node: exp.Expression, over: str) -> Value:
    condition = ""
    if isinstance(node, exp.Filter):
        condition = f" FILTER (WHERE {compiler.boolean(node.expression.this, 'Filter expression')})"
        node = node.this
    name = _name(node)
    function = AGGREGATES.get(name)
    if function is None:
        raise unknown(name, node)
    distinct, order, arguments = _modifiers(compiler, node)
    if arguments and isinstance(arguments[0], exp.Star):
        if name != "count" or distinct:
            raise unknown(f"{name}(*)", node)
        found = Aggregate("count", "*", types.BIGINT)
    else:
        found = function(Call(name, [compiler.value(each) for each in arguments], where(node)))
    inner = [
        f"{each}({distinct}{found.args}{order}){condition}{over}" for each in (found.function, found.second) if each
    ]
    return Value(found.wrap.format(*inner), found.type)


def _modifiers(compiler: "Expressions", node: exp.Expression) -> tuple[str, str, list[exp.Expression]]:
    """Returns DISTINCT, ORDER BY and the arguments without them."""
    if isinstance(node, exp.GroupConcat):
        first, order = node.this, ""
        if isinstance(first, exp.Order):
            order, first = f" ORDER BY {compiler.order(first)}", first.this
        distinct = ""
        if isinstance(first, exp.Distinct):
            distinct, (first,) = "DISTINCT ", first.expressions
        if node.args.get("on_overflow"):
            raise not_supported("LISTAGG with ON OVERFLOW")
        return distinct, order, [first, node.args.get("separator") or exp.Literal.string("")]
    arguments, distinct, order = list(node.expressions), "", ""
    if arguments and isinstance(arguments[-1], exp.Order):
        order = f" ORDER BY {compiler.order(arguments[-1])}"
        arguments[-1] = arguments[-1].this
    if arguments and isinstance(arguments[0], exp.Distinct):
        distinct = "DISTINCT "
        arguments = [*arguments[0].expressions, *arguments[1:]]
    return distinct, order, arguments


def _over(compiler: "Expressions", node: exp.Expression) -> str:
    alias = node.args.get("alias")
    if alias is not None:
        if alias.name.lower() not in compiler.names.windows:
            raise QueryFailedError("SYNTAX_ERROR", f"{where(node)}Cannot resolve WINDOW name {alias.name}")
        return f" OVER {quoted(alias.name.lower())}"
    return f" OVER ({window_terms(compiler, node)})"


def window_terms(compiler: "Expressions", node: exp.Expression) -> str:
    """Returns PARTITION BY, ORDER BY and the frame."""
    terms = []
    if node.args.get("partition_by"):
        terms.append(f"PARTITION BY {', '.join(compiler.value(each).sql for each in node.args['partition_by'])}")
    if node.args.get("order"):
        terms.append(f"ORDER BY {compiler.order(node.args['order'])}")
    spec = node.args.get("spec")
    if spec is not None:
        if spec.args.get("exclude") or str(spec.args["kind"]).upper() not in ("ROWS", "RANGE", "GROUPS"):
            raise not_supported(f"the window frame {spec.sql('trino')}")
        start, end = _bound(compiler, spec, "start"), _bound(compiler, spec, "end")
        terms.append(f"{spec.args['kind']} BETWEEN {start} AND {end or 'CURRENT ROW'}")
    return " ".join(terms)


def _bound(compiler: "Expressions", spec: exp.Expression, side: str) -> str:
    value = spec.args.get(side)
    written = compiler.value(value).sql if isinstance(value, exp.Expression) else str(value or "")
    return (
        f"{written} {spec.args.get(f'{side}_side') or ''}".strip().upper()
        if isinstance(value, str)
        else (f"{written} {spec.args.get(f'{side}_side') or ''}".strip())
    )
