"""Compiles CAST and TRY_CAST as Trino casts.

https://trino.io/docs/current/functions/conversion.html. Numbers are rounded half away from zero. Text must be
written as Trino writes the type: DuckDB would also take `' 5'` or `'1.5'` for an integer.
"""

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import Type, mismatch, quoted, text
from localstack_dockerless.services.athena.sql.values import Value, cast_to

_WRITTEN = {
    **dict.fromkeys(types.INTEGERS, r"[+-]?[0-9]+"),
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    **dict.fromkeys(("double", "real"), r"\s*[+-]?(NaN|Infinity|([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?)\s*"),
    "boolean": r"(?i:true|false|t|f|1|0)",
    "date": r"\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*",
    "timestamp": r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,6})?)?)?",
}
"""The texts from which Trino makes a value of a type, as regular expressions."""


def cast(value: Value, kind: Type, *, safe: bool, length: int | None = None) -> Value:
    """Returns the value as `kind`. `safe`: NULL instead of an error. `length` is that of a varchar.

    Raises `QueryFailedError`.
    """
    if value.type == types.UNKNOWN:
        return Value(f"CAST(NULL AS {kind.duck})", kind)
    if kind.name == "varchar":
        found = _to_text(value)
        return Value(f"left({found}, {length})", kind) if length else Value(found, kind, value.constant)
    if value.type.name == "varchar":
        return _from_text(value, kind, safe=safe)
    function = "TRY_CAST" if safe else "CAST"
    if value.type.is_number and kind.is_number:
        return _number(value, kind, function)
    if value.type.is_time and kind.is_time:
        return _time(value, kind)
    return _alike(value, kind, function, safe=safe)


def _alike(value: Value, kind: Type, function: str, *, safe: bool) -> Value:
    if value.type.name == kind.name == "row":
        return _row(value, kind, safe=safe)
    if value.type.name == kind.name in ("map", "array") and value.type != kind and not _plain(value.type, kind):
        raise not_supported(f"CAST from {value.type} to {kind}")
    if value.type.name != kind.name and not {value.type.name, kind.name} <= {"boolean", *types.NUMBERS}:
        raise mismatch(f"Cannot cast {value.type} to {kind}")
    return Value(f"{function}({value.sql} AS {kind.duck})", kind)


def _plain(one: Type, other: Type) -> bool:
    """Tells whether the elements are coerced without a rule of their own."""
    return all(a == b or (a.is_integer and b.is_number) for a, b in zip(one.parts, other.parts, strict=False))


def _row(value: Value, kind: Type, *, safe: bool) -> Value:
    """Casts field by field, by their places."""
    if len(value.type.parts) != len(kind.parts):
        raise mismatch(f"Cannot cast {value.type} to {kind}")
    fields = []
    for name, part, wanted in zip(value.type.fields, value.type.parts, kind.parts, strict=True):
        fields.append(cast(Value(f"{value.sql}[{text(name)}]", part), wanted, safe=safe).sql)
    packed = ", ".join(f"{quoted(name)} := {field}" for name, field in zip(kind.fields, fields, strict=True))
    return Value(f"CASE WHEN {value.sql} IS NOT NULL THEN struct_pack({packed}) END", kind)


def _number(value: Value, kind: Type, function: str) -> Value:
    if kind.is_integer and value.type.name in ("double", "real"):
        return Value(f"{function}(round({value.sql}) AS {kind.duck})", kind)
    return Value(f"{function}({value.sql} AS {kind.duck})", kind)


def _time(value: Value, kind: Type) -> Value:
    if kind.name == types.ZONED:
        return value if value.type.name == types.ZONED else cast_to(value, types.zoned(types.UTC, *kind.args))
    if kind.name == "date":
        return Value(f"CAST({value.utc} AS DATE)", kind)
    return Value(f"CAST({value.utc} AS TIMESTAMP)", kind)


def _from_text(value: Value, kind: Type, *, safe: bool) -> Value:
    if kind.name == types.ZONED:
        if isinstance(value.constant, str):
            raise not_supported("CAST of a text to a timestamp with time zone. Write TIMESTAMP '...' for a literal")
        raise not_supported("CAST of a text to a timestamp with time zone. Use from_iso8601_timestamp")
    pattern = _WRITTEN.get(kind.name)
    if pattern is None:
        raise not_supported(f"CAST from varchar to {kind}")
    otherwise = "NULL"
    if not safe:
        said = f"'INVALID_CAST_ARGUMENT|Cannot cast ''' || {value.sql} || ''' to {str(kind).upper()}'"
        otherwise = f"CASE WHEN {value.sql} IS NULL THEN NULL ELSE error({said}) END"
    fitting = f"regexp_full_match({value.sql}, {text(pattern)})"
    function = "TRY_CAST" if safe else "CAST"
    return Value(f"CASE WHEN {fitting} THEN {function}({value.sql} AS {kind.duck}) ELSE {otherwise} END", kind)


def _to_text(value: Value) -> str:
    kind = value.type
    if kind.name in ("boolean", *types.EXACT, "date"):
        return f"CAST({value.sql} AS VARCHAR)"
    if kind.name == "timestamp":
        return stamp(value.sql, kind.args[0])
    if kind.name == types.ZONED and kind.zone:
        return f"({stamp(value.utc, kind.args[0])} || {text(' ' + kind.zone)})"
    simple = {"varchar": "{}", "double": "athena_double_text({})", "json": "json_extract_string({}, '$')"}
    return simple[kind.name].format(value.sql) if kind.name in simple else _unsupported(value)


def _unsupported(value: Value) -> str:
    raise not_supported(f"CAST from {value.type} to varchar")


def stamp(sql: str, precision: int) -> str:
    """Returns the SQL of a timestamp as Trino writes it, with `precision` digits of a second."""
    whole = f"strftime({sql}, '%Y-%m-%d %H:%M:%S"
    if precision == 0:
        return f"{whole}')"
    return f"left({whole}.%f'), {20 + min(precision, 6)})"
