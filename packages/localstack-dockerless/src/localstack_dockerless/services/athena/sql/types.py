"""Describes Trino's types, and their names in DuckDB, in Glue's catalogue and in Athena's results.

https://trino.io/docs/current/language/types.html
https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported

INTEGERS: Final = ("tinyint", "smallint", "integer", "bigint")
EXACT: Final = (*INTEGERS, "decimal")
NUMBERS: Final = (*EXACT, "real", "double")
UTC: Final = "UTC"


@dataclass(frozen=True)
class Type:
    """Holds a type. `name` is Trino's name without parameters.

    `args` are a decimal's precision and scale. `parts` are the element types of an array, a map or a row, and `fields`
    the names of a row. `zone` is the time zone of every value of a `timestamp with time zone`. Trino keeps it in each
    value, and DuckDB does not. None: the zone differs between values.
    """

    name: str
    args: tuple[int, ...] = ()
    parts: tuple["Type", ...] = ()
    fields: tuple[str, ...] = ()
    zone: str | None = None

    def __str__(self) -> str:
        """Returns Trino's text, such as `decimal(10,2)`."""
        if self.fields:
            return f"row({', '.join(f'{name} {part}' for name, part in zip(self.fields, self.parts, strict=True))})"
        if self.name == ZONED:
            return f"timestamp({self.args[0]}) with time zone"
        inner = self.args or self.parts
        return f"{self.name}({', '.join(map(str, inner))})".replace(", ", ",") if inner else self.name

    @property
    def is_number(self) -> bool:
        return self.name in NUMBERS

    @property
    def is_integer(self) -> bool:
        return self.name in INTEGERS

    @property
    def is_time(self) -> bool:
        return self.name in ("date", "timestamp", ZONED)

    @property
    def duck(self) -> str:
        """Returns DuckDB's name of the type."""
        if self.name == "array":
            return f"{self.parts[0].duck}[]"
        if self.name == "map":
            return f"MAP({self.parts[0].duck}, {self.parts[1].duck})"
        if self.name == "row":
            fields = zip(self.fields, self.parts, strict=True)
            return f"STRUCT({', '.join(f'{quoted(name)} {part.duck}' for name, part in fields)})"
        if self.name == "decimal":
            return f"DECIMAL({self.args[0]}, {self.args[1]})"
        return _DUCK[self.name]


ZONED: Final = "timestamp with time zone"
INTERVAL: Final = "interval day to second"
MONTHS: Final = "interval year to month"
_DUCK: Final = {
    "boolean": "BOOLEAN", "tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INTEGER", "bigint": "BIGINT",
    "real": "FLOAT", "double": "DOUBLE", "varchar": "VARCHAR", "varbinary": "BLOB", "date": "DATE",
    "timestamp": "TIMESTAMP", ZONED: "TIMESTAMPTZ", INTERVAL: "INTERVAL", MONTHS: "INTERVAL", "json": "JSON",
    "unknown": "INTEGER",
}  # fmt: skip

BOOLEAN, INTEGER, BIGINT, DOUBLE = Type("boolean"), Type("integer"), Type("bigint"), Type("double")
REAL, VARCHAR, VARBINARY, JSON = Type("real"), Type("varchar"), Type("varbinary"), Type("json")
DATE, TIMESTAMP, UNKNOWN = Type("date"), Type("timestamp", (3,)), Type("unknown")
"""Athena's columns of type `timestamp` have milliseconds."""


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", (min(precision, 38), scale))


def array(of: Type) -> Type:
    return Type("array", parts=(of,))


def timestamp(precision: int) -> Type:
    return Type("timestamp", (precision,))


def zoned(zone: str | None = UTC, precision: int = 3) -> Type:
    """Returns a `timestamp with time zone` whose values all have this zone."""
    return Type(ZONED, (precision,), zone=zone)


def quoted(name: str) -> str:
    """Returns an identifier in DuckDB's SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Returns a string literal in DuckDB's SQL."""
    return "'" + value.replace("'", "''") + "'"


def as_decimal(kind: Type) -> Type:
    """Returns the decimal type to which Trino coerces an exact number.

    https://trino.io/docs/current/language/types.html#decimal
    """
    digits = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
    return kind if kind.name == "decimal" else decimal(digits[kind.name], 0)


def common(first: Type, second: Type) -> Type | None:
    """Returns the type to which Trino coerces both, or None if there is none.

    Trino's `TypeCoercion` has the rules. A number is never coerced to or from text.
    """
    if first == second:
        return first
    if first.name == "unknown" or second.name == "unknown":
        return second if first.name == "unknown" else first
    if first.is_number and second.is_number:
        return _common_number(first, second)
    if first.is_time and second.is_time:
        return _common_time(first, second)
    if first.name != second.name:
        return None
    parts = [common(one, other) for one, other in zip(first.parts, second.parts, strict=True)]
    return None if any(part is None for part in parts) else replace(first, parts=tuple(part for part in parts if part))


def _common_number(first: Type, second: Type) -> Type:
    names = {first.name, second.name}
    if names & {"double", "real"}:
        return DOUBLE if "double" in names else REAL
    if "decimal" in names:
        one, other = as_decimal(first).args, as_decimal(second).args
        scale = max(one[1], other[1])
        return decimal(max(one[0] - one[1], other[0] - other[1]) + scale, scale)
    return first if INTEGERS.index(first.name) > INTEGERS.index(second.name) else second


def _common_time(first: Type, second: Type) -> Type:
    kinds = {first.name, second.name}
    precision = max(*first.args, *second.args, 0)
    if ZONED not in kinds:
        return timestamp(precision)
    zones = {each.zone if each.name == ZONED else UTC for each in (first, second)}
    return zoned(zones.pop() if len(zones) == 1 else None, precision)


_SIMPLE = {
    **{name: Type(name) for name in ("boolean", *INTEGERS, "real", "double", "varchar", "date")},
    "timestamp": TIMESTAMP,
    "int": INTEGER, "float": REAL, "string": VARCHAR, "binary": VARBINARY, "varbinary": VARBINARY,
}  # fmt: skip


def of_catalogue(declared: str) -> Type:
    """Returns the type of a column in Glue's catalogue, such as `struct<a:int,b:array<string>>`.

    Raises `QueryFailedError` for a type that is not supported.
    """
    kind, rest = _catalogue(declared.replace(" ", "").lower())
    if rest:
        raise not_supported(f"the column type {declared!r}")
    return kind


def _catalogue(left: str) -> tuple[Type, str]:
    match = re.match(r"[a-z_]+", left)
    if match is None:
        raise not_supported(f"the column type {left!r}")
    name, left = match[0], left[match.end() :]
    if name == "struct" and left.startswith("<"):
        return _struct(left[1:])
    if name in ("array", "map") and left.startswith("<"):
        parts, left = _parts(left[1:], 1 if name == "array" else 2)
        return Type(name, parts=parts), left
    if name == "decimal":
        match = re.match(r"\((\d+)(?:,(\d+))?\)", left)
        return (decimal(int(match[1]), int(match[2] or 0)), left[match.end() :]) if match else (decimal(10, 0), left)
    if name == "varchar" and (match := re.match(r"\(\d+\)", left)):
        left = left[match.end() :]
    if name not in _SIMPLE:
        raise not_supported(f"the column type {name!r}")
    return _SIMPLE[name], left


def _parts(left: str, count: int) -> tuple[tuple[Type, ...], str]:
    parts = []
    for index in range(count):
        part, left = _catalogue(left)
        parts.append(part)
        if left[:1] != (">" if index == count - 1 else ","):
            raise not_supported(f"a column type that ends in {left!r}")
        left = left[1:]
    return tuple(parts), left


def _struct(left: str) -> tuple[Type, str]:
    names, parts = [], []
    while True:
        name, colon, left = left.partition(":")
        if not colon:
            raise not_supported("a struct type without names")
        part, left = _catalogue(left)
        names.append(name)
        parts.append(part)
        end, left = left[:1], left[1:]
        if end == ">":
            return Type("row", parts=tuple(parts), fields=tuple(names)), left
        if end != ",":
            raise not_supported(f"a struct type that ends in {end + left!r}")


def mismatch(message: str) -> QueryFailedError:
    """Returns Trino's error for operands whose types do not fit."""
    return QueryFailedError("TYPE_MISMATCH", message)
