"""Compiles literals and the names of types.

https://trino.io/docs/current/language/types.html. A number with a point is a decimal, and one with an
exponent is a double.
"""

import re
from datetime import datetime
from decimal import Decimal

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import BOOLEAN, Type, text
from localstack_dockerless.services.athena.sql.values import Value, zone_name


def literal(node: exp.Expression) -> Value:
    if isinstance(node, exp.Null):
        return Value("NULL", types.UNKNOWN)
    if isinstance(node, exp.Boolean):
        return Value("TRUE" if node.this else "FALSE", BOOLEAN)
    if isinstance(node, exp.HexString):
        return Value(f"unhex({text(node.name)})", types.VARBINARY)
    if isinstance(node, exp.UnicodeString):
        raise not_supported("U&'...' literals")
    if node.is_string:
        return Value(text(node.name), types.VARCHAR, node.name)
    return _number(node.name)


def _number(written: str) -> Value:
    if "e" in written.lower():
        return Value(f"CAST({written} AS DOUBLE)", types.DOUBLE, float(written))
    if "." in written:
        whole, _, fraction = written.partition(".")
        digits = len(whole.lstrip("0")) + len(fraction)
        kind = types.decimal(max(digits, 1), len(fraction))
        return Value(f"CAST({text(written)} AS {kind.duck})", kind, Decimal(written))
    value = int(written)
    if value > 2**63 - 1:
        raise QueryFailedError("INVALID_LITERAL", f"Invalid numeric literal: {written}")
    kind = types.INTEGER if value < 2**31 else types.BIGINT
    return Value(written if kind == types.INTEGER else f"CAST({written} AS BIGINT)", kind, value)


_NAMES = {
    "BOOLEAN": "boolean", "TINYINT": "tinyint", "SMALLINT": "smallint", "INT": "integer", "BIGINT": "bigint",
    "FLOAT": "real", "DOUBLE": "double", "DECIMAL": "decimal", "VARCHAR": "varchar", "TEXT": "varchar",
    "VARBINARY": "varbinary", "DATE": "date", "TIMESTAMP": "timestamp", "TIMESTAMPTZ": types.ZONED, "JSON": "json",
    "ARRAY": "array", "MAP": "map", "STRUCT": "row",
}  # fmt: skip


def declared(node: exp.Expression) -> tuple[Type, int | None]:
    """Returns the type that a CAST names, and the length of a varchar. Raises `QueryFailedError`."""
    name = _NAMES.get(node.this.name if hasattr(node.this, "name") else str(node.this))
    if name is None:
        raise not_supported(f"the type {node.sql('trino')}")
    parts = [each for each in node.expressions if isinstance(each, exp.DataType)]
    numbers = [int(each.name) for each in node.expressions if isinstance(each, exp.DataTypeParam)]
    if name in ("array", "map"):
        return Type(name, parts=tuple(declared(each)[0] for each in parts)), None
    if name == "row":
        fields = node.expressions
        kinds = tuple(declared(each.args["kind"])[0] for each in fields)
        return Type("row", parts=kinds, fields=tuple(each.name.lower() for each in fields)), None
    if name == "decimal":
        return types.decimal(*([*numbers, 0][:2] if numbers else (38, 0))), None
    if name in ("timestamp", types.ZONED):
        precision = numbers[0] if numbers else 3
        if precision > 6:
            raise not_supported(f"timestamps with {precision} digits of a second")
        return (types.timestamp(precision) if name == "timestamp" else types.zoned(precision=precision)), None
    return Type(name), (numbers[0] if numbers and name == "varchar" else None)


_MOMENT = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{2}(?::\d{2}(?:\.(\d+))?)?))?(?: ?(\S.*))?")


def moment(written: str, kind: Type, where: str) -> Value:
    """Compiles `DATE '...'` or `TIMESTAMP '...'`, with a zone or without. Raises `QueryFailedError`."""
    match = _MOMENT.fullmatch(written.strip())
    problem = QueryFailedError("INVALID_LITERAL", f"{where}'{written}' is not a valid {kind.name} literal")
    if match is None or len(match[3] or "") > 6:
        raise problem
    day, clock, _, zone = match.groups()
    padded = "-".join(part.zfill(2) for part in day.split("-"))
    try:
        datetime.fromisoformat(f"{padded}T{_clock(clock)}")
    except ValueError as error:
        raise problem from error
    if kind.name == "date":
        if clock or zone:
            raise problem
        return Value(f"DATE {text(padded)}", kind)
    local = f"TIMESTAMP {text(f'{day} {clock or "00:00:00"}')}"
    if not zone:
        return Value(local, types.timestamp(*kind.args)) if kind.name == "timestamp" else _zoned(local, "UTC", kind)
    return _zoned(local, zone, kind)


def _clock(written: str | None) -> str:
    hour, _, rest = (written or "0:00").partition(":")
    return f"{hour.zfill(2)}:{rest}"


def _zoned(local: str, zone: str, kind: Type) -> Value:
    return Value(f"({local} AT TIME ZONE {text(zone_name(zone))})", types.zoned(zone, *kind.args))


_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")


def interval(node: exp.Expression) -> Value:
    """Compiles an interval literal such as `INTERVAL '2' DAY`. Raises `QueryFailedError` for one of two units."""
    unit = node.args.get("unit")
    name = unit.name.lower().rstrip("s") if isinstance(unit, exp.Var) else ""
    if name not in _UNITS or not node.this.is_string or not re.fullmatch(r"[+-]?\d+(\.\d+)?", node.this.name):
        raise not_supported(f"the interval {node.sql('trino')}")
    kind = types.MONTHS if name in ("month", "year") else types.INTERVAL
    return Value(f"INTERVAL '{node.this.name} {name}'", Type(kind))
