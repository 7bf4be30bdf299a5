"""Translates aggregates and window functions.

https://trino.io/docs/current/functions/aggregate.html and https://trino.io/docs/current/functions/window.html.
`approx_distinct` and `approx_percentile` are exact here, which is within the error that Trino allows.
"""

from collections.abc import Callable

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.arithmetic import average_of
from localstack_dockerless.services.athena.sql.functions.signatures import ANY, FLAG, FLOAT, NUMBER, TEXT, WHOLE, fit
from localstack_dockerless.services.athena.sql.types import BIGINT, BOOLEAN, DOUBLE, VARCHAR, Type
from localstack_dockerless.services.athena.sql.values import Aggregate, AggregateFunction, Call, cast_to


def _plain(function: str, kind: Type, *kinds: str) -> AggregateFunction:
    return lambda call: Aggregate(function, ", ".join(fit(call, *kinds)), kind)


def _same(function: str) -> AggregateFunction:
    """Makes an aggregate whose result has the type of its argument."""
    return lambda call: Aggregate(function, fit(call, ANY)[0], call.args[0].type)


def _count(call: Call) -> Aggregate:
    if not call.args:
        return Aggregate("count", "*", BIGINT)
    return Aggregate("count", fit(call, ANY)[0], BIGINT)


def _sum(call: Call) -> Aggregate:
    """Sums integers to a bigint, and decimals to 38 digits."""
    (value,) = fit(call, NUMBER)
    kind = call.args[0].type
    result = BIGINT if kind.is_integer else types.decimal(38, kind.args[1]) if kind.name == "decimal" else kind
    return Aggregate("sum", value, result, f"CAST({{}} AS {result.duck})")


def _avg(call: Call) -> Aggregate:
    """Keeps the type of a decimal and of a real."""
    (value,) = fit(call, NUMBER)
    kind = call.args[0].type
    if kind.name == "decimal":
        return Aggregate("sum", value, kind, average_of(kind), second="count")
    return Aggregate("avg", value, kind if kind.name == "real" else DOUBLE, f"CAST({{}} AS {kind.duck})"
                     if kind.name == "real" else "{}")  # fmt: skip


def _by(function: str) -> AggregateFunction:
    """Makes MAX_BY or MIN_BY. A NULL value counts, a NULL key does not."""

    def aggregate(call: Call) -> Aggregate:
        value, key = fit(call, ANY, ANY)
        return Aggregate(function, f"{value}, {key}", call.args[0].type)

    return aggregate


def _percentile(call: Call) -> Aggregate:
    """Takes one percentage or an array of them. A weight is refused."""
    if len(call.args) == 3:
        raise not_supported("approx_percentile with a weight")
    value, _ = fit(call, NUMBER, ANY)
    kind, share = call.args[0].type, call.args[1]
    if share.type.name == "array":
        share = cast_to(share, types.array(DOUBLE))
        return Aggregate("quantile_disc", f"{value}, {share.sql}", types.array(kind))
    return Aggregate("quantile_disc", f"{value}, {cast_to(share, DOUBLE).sql}", kind)


def _listagg(call: Call) -> Aggregate:
    value, separator = fit(call, TEXT, TEXT)
    return Aggregate("string_agg", f"{value}, {separator}", VARCHAR)


def _array_agg(call: Call) -> Aggregate:
    (value,) = fit(call, ANY)
    return Aggregate("list", value, types.array(call.args[0].type))


def _shifted(call: Call) -> Aggregate:
    """Is LAG or LEAD with an offset and a default."""
    value = call.args[0] if call.args else None
    if value is None or len(call.args) > 3:
        raise call.unexpected()
    written = [value.sql, *(each.sql for each in call.args[1:2])]
    if len(call.args) == 3:
        common = types.common(value.type, call.args[2].type)
        if common != value.type:
            raise call.unexpected()
        written.append(cast_to(call.args[2], value.type).sql)
    return Aggregate(call.name, ", ".join(written), value.type)


def _nth(call: Call) -> Aggregate:
    value, number = fit(call, ANY, WHOLE)
    return Aggregate("nth_value", f"{value}, {number}", call.args[0].type)


_STATISTICS = {
    "stddev": "stddev_samp", "stddev_samp": "stddev_samp", "stddev_pop": "stddev_pop", "variance": "var_samp",
    "var_samp": "var_samp", "var_pop": "var_pop",
}  # fmt: skip

AGGREGATES: dict[str, Callable[[Call], Aggregate]] = {
    "count": _count,
    "count_if": lambda call: Aggregate("count_if", fit(call, FLAG)[0], BIGINT, "CAST({} AS BIGINT)"),
    "sum": _sum,
    "avg": _avg,
    "min": _same("min"),
    "max": _same("max"),
    "arbitrary": _same("any_value"),
    "any_value": _same("any_value"),
    "max_by": _by("arg_max_null"),
    "min_by": _by("arg_min_null"),
    "bool_and": _plain("bool_and", BOOLEAN, FLAG),
    "every": _plain("bool_and", BOOLEAN, FLAG),
    "bool_or": _plain("bool_or", BOOLEAN, FLAG),
    "approx_distinct": lambda call: Aggregate("count", f"DISTINCT {fit(call, ANY)[0]}", BIGINT),
    "approx_percentile": _percentile,
    "array_agg": _array_agg,
    "listagg": _listagg,
    **{name: _plain(function, DOUBLE, FLOAT) for name, function in _STATISTICS.items()},
    **{name: _plain(name, DOUBLE, FLOAT, FLOAT) for name in ("corr", "covar_pop", "covar_samp", "regr_slope",
                                                             "regr_intercept")},
    "geometric_mean": _plain("geometric_mean", DOUBLE, FLOAT),
}  # fmt: skip

WINDOWS: dict[str, Callable[[Call], Aggregate]] = {
    **{name: _plain(name, BIGINT) for name in ("row_number", "rank", "dense_rank")},
    **{name: _plain(name, DOUBLE) for name in ("percent_rank", "cume_dist")},
    "ntile": _plain("ntile", BIGINT, WHOLE),
    "first_value": _same("first_value"),
    "last_value": _same("last_value"),
    "nth_value": _nth,
    "lag": _shifted,
    "lead": _shifted,
}
