"""Compiles arithmetic as Trino calculates, and what NaN means for a comparison.

- Two integers divide to an integer, which drops the fraction. Division by zero fails.
- Decimals keep exact digits: https://trino.io/docs/current/functions/decimal.html
- A date plus an interval stays a date. A timestamp with time zone plus months is calculated in its zone.
  https://trino.io/docs/current/functions/datetime.html
"""

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import Type, mismatch, text
from localstack_dockerless.services.athena.sql.values import Value, cast_to, zone_name

SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%"}


def arithmetic(kind: str, left: Value, right: Value, where: str = "") -> Value:
    """Returns `left <kind> right`. `kind` is a key of `SYMBOLS`. Raises `QueryFailedError`."""
    symbol = SYMBOLS[kind]
    if types.UNKNOWN in (left.type, right.type):
        other = right.type if left.type == types.UNKNOWN else left.type
        return Value(f"CAST(NULL AS {other.duck})", other)
    if left.type.is_number and right.type.is_number:
        return _numbers(kind, left, right)
    found = _times(kind, left, right)
    if found is None:
        raise mismatch(f"{where}Cannot apply operator: {left.type} {symbol} {right.type}")
    return found


def _numbers(kind: str, left: Value, right: Value) -> Value:
    names = {left.type.name, right.type.name}
    if "decimal" in names and not names & {"double", "real"}:
        return _decimals(kind, left, right)
    common = types.common(left.type, right.type)
    assert common is not None  # noqa: S101 -- every two numbers have one
    one, other = cast_to(left, common).sql, cast_to(right, common).sql
    if common.is_integer and kind in ("div", "mod"):
        symbol = "//" if kind == "div" else "%"
        return Value(f"CAST({one} {symbol} athena_nonzero({other}) AS {common.duck})", common)
    return Value(f"CAST(({one} {SYMBOLS[kind]} {other}) AS {common.duck})", common)


def _decimals(kind: str, left: Value, right: Value) -> Value:
    one, other = types.as_decimal(left.type), types.as_decimal(right.type)
    (p1, s1), (p2, s2) = one.args, other.args
    first, second = cast_to(left, one).sql, cast_to(right, other).sql
    if kind in ("add", "sub"):
        result = types.decimal(max(p1 - s1, p2 - s2) + max(s1, s2) + 1, max(s1, s2))
        return Value(f"CAST(({first} {SYMBOLS[kind]} {second}) AS {result.duck})", result)
    if kind == "mul":
        if s1 + s2 > 38:
            raise not_supported("a product of decimals with more than 38 digits after the point")
        result = types.decimal(p1 + p2, s1 + s2)
        return Value(f"CAST(({first} * {second}) AS {result.duck})", result)
    if kind == "mod":
        result = types.decimal(min(p2 - s2, p1 - s1) + max(s1, s2), max(s1, s2))
        return Value(f"CAST(({first} % athena_nonzero({second})) AS {result.duck})", result)
    scale = max(s1, s2)
    result = types.decimal(p1 + s2 + max(0, s2 - s1), scale)
    shift = 10 ** (scale - s1 + s2)
    digits = f"athena_digits({first}) * CAST({shift} AS HUGEINT)"
    return Value(_of_digits(f"athena_round_div({digits}, athena_nonzero(athena_digits({second})))", result), result)


def _of_digits(unscaled: str, kind: Type) -> str:
    """Returns the decimal with these digits."""
    scale = kind.args[1]
    unit = f"CAST({'0.' + '0' * (scale - 1) + '1' if scale else '1'} AS DECIMAL({scale + 1}, {scale}))"
    return f"CAST(CAST({unscaled} AS DECIMAL({38 - scale}, 0)) * {unit} AS {kind.duck})"


def average_of(kind: Type) -> str:
    """Returns the average of decimals by their sum `{0}` and their number `{1}`, rounded half away from zero."""
    quotient = _of_digits("athena_round_div(athena_digits({0}), {1})", kind)
    return f"CASE WHEN {{1}} > 0 THEN {quotient} END"


def _times(kind: str, left: Value, right: Value) -> Value | None:
    intervals = (types.INTERVAL, types.MONTHS)
    if kind == "add" and left.type.name in intervals and right.type.is_time:
        left, right = right, left
    if kind not in ("add", "sub"):
        return _scaled(kind, left, right)
    if left.type.is_time and right.type.name in intervals:
        whole = left.type.name == "date" and right.type.name == types.INTERVAL
        change = f"athena_days({right.sql})" if whole else right.sql
        return moved(left, f"{SYMBOLS[kind]} {change}", in_zone=right.type.name == types.MONTHS)
    if kind == "sub" and left.type.is_time and right.type.is_time:
        common = types.common(left.type, right.type)
        assert common is not None  # noqa: S101 -- every two times have one
        duration = Type(types.INTERVAL)
        return Value(f"(CAST({left.sql} AS {_moment(common)}) - CAST({right.sql} AS {_moment(common)}))", duration)
    if left.type.name in intervals and left.type == right.type:
        return Value(f"({left.sql} {SYMBOLS[kind]} {right.sql})", left.type)
    return None


def _moment(kind: Type) -> str:
    return "TIMESTAMPTZ" if kind.name == types.ZONED else "TIMESTAMP"


def _scaled(kind: str, left: Value, right: Value) -> Value | None:
    if kind == "mul" and left.type.is_integer:
        left, right = right, left
    if kind == "mul" and left.type.name in (types.INTERVAL, types.MONTHS) and right.type.is_integer:
        return Value(f"({left.sql} * CAST({right.sql} AS INTEGER))", left.type)
    return None


def moved(value: Value, change: str, *, in_zone: bool) -> Value:
    """Returns a time moved by an interval. `change` is such as `+ INTERVAL 1 MONTH`.

    `in_zone`: the local time moves, as a day or a month does where the clock changes. Otherwise the instant moves.
    """
    if value.type.name == "date":
        return Value(f"CAST(({value.sql} {change}) AS DATE)", value.type)
    if value.type.name == types.ZONED and in_zone and value.type.zone != types.UTC:
        return Value(f"{local_again(value, f'({value.utc} {change})')}", value.type)
    return Value(f"({value.sql} {change})", value.type)


def local_again(value: Value, local: str) -> str:
    """Returns the instant of a local timestamp in the zone of `value`."""
    return f"({local} AT TIME ZONE {text(zone_name(value.type.zone or types.UTC))})"


def without_nan(symbol: str, left: Value, right: Value, one: str, other: str) -> str:
    """Returns the rest of a comparison: NaN is unlike every number in Trino, and the greatest number in DuckDB.

    https://trino.io/docs/current/functions/math.html#floating-point-functions. A literal is no NaN.
    """
    if symbol in ("<", "<="):
        return "" if right.constant is not None else f" AND NOT isnan({other})"
    if symbol in (">", ">=", "="):
        return "" if left.constant is not None else f" AND NOT isnan({one})"
    return f" OR isnan({one})" if symbol == "<>" and left.constant is None else ""
