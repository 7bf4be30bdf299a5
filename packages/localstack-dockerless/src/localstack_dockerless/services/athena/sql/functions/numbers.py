"""Translates the mathematical functions: https://trino.io/docs/current/functions/math.html."""

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.arithmetic import arithmetic
from localstack_dockerless.services.athena.sql.functions.signatures import (
    ANY,
    FLOAT,
    NUMBER,
    WHOLE,
    by_count,
    fit,
    fixed,
)
from localstack_dockerless.services.athena.sql.types import BIGINT, BOOLEAN, DOUBLE, Type
from localstack_dockerless.services.athena.sql.values import Call, Function, Value, together


def _same(template: str) -> Function:
    """Makes a function of 1 number whose result has the type of the argument."""

    def function(call: Call) -> Value:
        (value,) = fit(call, NUMBER)
        kind = call.args[0].type
        return Value(f"CAST({template.format(value)} AS {kind.duck})", kind)

    return function


def _whole(template: str) -> Function:
    """Makes a function to a whole number. A decimal loses its digits after the point."""

    def function(call: Call) -> Value:
        (value,) = fit(call, NUMBER)
        kind = call.args[0].type
        if kind.is_integer:
            return Value(value, kind)
        result = _without_fraction(kind) if kind.name == "decimal" else kind
        return Value(f"CAST({template.format(value)} AS {result.duck})", result)

    return function


def _without_fraction(kind: Type) -> Type:
    precision, scale = kind.args
    return types.decimal(precision - scale + min(scale, 1), 0)


def _round(call: Call) -> Value:
    """Rounds half away from zero. https://trino.io/docs/current/functions/math.html#round."""
    if len(call.args) == 1:
        return _whole("round({0})")(call)
    value, digits = fit(call, NUMBER, WHOLE)
    kind = call.args[0].type
    if kind.name == "decimal":
        result = types.decimal(kind.args[0] + 1, kind.args[1])
        if not isinstance(call.args[1].constant, int):
            raise not_supported("round of a decimal with digits that are no literal")
        return Value(f"CAST(round({value}, {digits}) AS {result.duck})", result)
    return Value(f"CAST(round({value}, CAST({digits} AS INTEGER)) AS {kind.duck})", kind)


def _extreme(function: str) -> Function:
    """Makes GREATEST or LEAST, which are NULL if one argument is. https://trino.io/docs/current/functions/conditional.html."""

    def chosen(call: Call) -> Value:
        values, kind = together(call.args, f"{call.name} arguments", call.where)
        missing = " OR ".join(f"{each.sql} IS NULL" for each in values)
        return Value(f"CASE WHEN {missing} THEN NULL ELSE {function}({', '.join(v.sql for v in values)}) END", kind)

    return chosen


def _typeof(call: Call) -> Value:
    """Keeps the argument, because an aggregate in it makes the query one of groups."""
    (value,) = fit(call, ANY)
    name = types.text(str(call.args[0].type))
    return Value(f"CASE WHEN {value} IS NULL THEN {name} ELSE {name} END", types.VARCHAR)


def _mod(call: Call) -> Value:
    fit(call, NUMBER, NUMBER)
    return arithmetic("mod", call.args[0], call.args[1])


FUNCTIONS: dict[str, Function] = {
    "abs": _same("abs({0})"),
    "sign": _same("sign({0})"),
    "ceil": _whole("ceil({0})"),
    "ceiling": _whole("ceil({0})"),
    "floor": _whole("floor({0})"),
    "round": _round,
    "truncate": by_count((1, _whole("athena_truncate({0})"))),
    "mod": _mod,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    **{name: fixed(DOUBLE, f"{name}({{0}})", FLOAT)
       for name in ("cbrt", "exp", "radians", "degrees", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh",
                    "tanh")},
    # DuckDB fails where Trino has NaN or an infinity
    "sqrt": fixed(DOUBLE, "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END", FLOAT),
    **{name: fixed(DOUBLE, "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) WHEN {0} = 0 "
                           f"THEN CAST('-Infinity' AS DOUBLE) ELSE {name}({{0}}) END", FLOAT)
       for name in ("ln", "log2", "log10")},
    "log": fixed(DOUBLE, "(ln({1}) / ln({0}))", FLOAT, FLOAT),
    "power": fixed(DOUBLE, "power({0}, {1})", FLOAT, FLOAT),
    "pow": fixed(DOUBLE, "power({0}, {1})", FLOAT, FLOAT),
    "atan2": fixed(DOUBLE, "atan2({0}, {1})", FLOAT, FLOAT),
    "pi": fixed(DOUBLE, "pi()"),
    "e": fixed(DOUBLE, "exp(CAST(1 AS DOUBLE))"),
    "nan": fixed(DOUBLE, "CAST('NaN' AS DOUBLE)"),
    "infinity": fixed(DOUBLE, "CAST('Infinity' AS DOUBLE)"),
    "is_nan": fixed(BOOLEAN, "isnan({0})", FLOAT),
    "is_finite": fixed(BOOLEAN, "isfinite({0})", FLOAT),
    "is_infinite": fixed(BOOLEAN, "isinf({0})", FLOAT),
    "bitwise_and": fixed(BIGINT, "(CAST({0} AS BIGINT) & CAST({1} AS BIGINT))", WHOLE, WHOLE),
    "bitwise_or": fixed(BIGINT, "(CAST({0} AS BIGINT) | CAST({1} AS BIGINT))", WHOLE, WHOLE),
    "typeof": _typeof,
}  # fmt: skip
