"""Translates the conditional functions: https://trino.io/docs/current/functions/conditional.html."""

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql.values import Call, Function, Value, together

if TYPE_CHECKING:
    from localstack_dockerless.services.athena.sql.expressions import Expressions


def _coalesce(call: Call) -> Value:
    if len(call.args) < 2:
        raise call.unexpected()
    values, kind = together(call.args, "All COALESCE operands", call.where)
    return Value(f"coalesce({', '.join(each.sql for each in values)})", kind)


def _nullif(call: Call) -> Value:
    """Has the type of the first argument."""
    if len(call.args) != 2:
        raise call.unexpected()
    (one, other), _ = together(call.args, "NULLIF operands", call.where)
    first = call.args[0]
    return Value(f"CASE WHEN {one.sql} = {other.sql} THEN NULL ELSE {first.sql} END", first.type)


def _try(compiler: "Expressions", node: Any) -> Value:
    """Compiles `try` of a cast, a division or `date_parse`. Other errors cannot be caught in DuckDB."""
    (inner,) = node.expressions
    inner = inner.unnest()
    if isinstance(inner, exp.Cast):
        return compiler.value(exp.TryCast(**inner.args))
    if isinstance(inner, exp.Div | exp.Mod):
        value = compiler.value(inner)
        return Value(value.sql.replace("athena_nonzero(", "athena_nullzero("), value.type)
    if isinstance(inner, exp.Anonymous) and inner.name.lower() in ("date_parse", "parse_datetime"):
        value = compiler.value(inner)
        return Value(value.sql.replace("strptime(", "try_strptime("), value.type)
    raise not_supported(f"try of {inner.sql('trino')}. It takes a CAST, a division or date_parse")


LAMBDAS = {"try": _try}
FUNCTIONS: dict[str, Function] = {"coalesce": _coalesce, "nullif": _nullif}
