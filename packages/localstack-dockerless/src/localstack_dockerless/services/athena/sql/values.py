"""Describes a compiled expression: its text in DuckDB's SQL, and its type in Trino."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import Type, mismatch, text


@dataclass(frozen=True)
class Value:
    """Holds an expression. `constant` is the value of a literal of text or a number."""

    sql: str
    type: Type
    constant: Any = None

    @property
    def utc(self) -> str:
        """Returns the SQL of a `timestamp with time zone` as the local timestamp of its zone, or a timestamp as it is.

        Raises `QueryFailedError` if the zone differs between values.
        """
        if self.type.name != types.ZONED:
            return self.sql
        if self.type.zone is None:
            raise not_supported(
                "the fields of a timestamp whose time zone comes from the data. Set one with AT TIME ZONE"
            )
        return f"({self.sql} AT TIME ZONE {text(zone_name(self.type.zone))})"


@dataclass(frozen=True)
class Call:
    """Holds a call of a function: its name in lower case and its compiled arguments."""

    name: str
    args: list[Value]
    where: str = ""
    """Is the position in the query, such as `line 1:8: `."""

    def literal(self, index: int) -> str:
        """Returns the constant text of an argument. Raises `QueryFailedError` if it is no literal."""
        value = self.args[index].constant
        if not isinstance(value, str):
            raise not_supported(f"{self.name} whose argument {index + 1} is no literal text")
        return value

    def unexpected(self) -> Exception:
        """Returns Trino's error for arguments of these types."""
        given = ", ".join(str(each.type) for each in self.args)
        return QueryFailedError(
            "FUNCTION_NOT_FOUND", f"{self.where}Unexpected parameters ({given}) for function {self.name}"
        )


Function = Callable[[Call], Value]
"""Compiles a call of a scalar function. Raises `QueryFailedError`."""


@dataclass(frozen=True)
class Aggregate:
    """Holds a compiled aggregate. `wrap` has `{}` where the aggregate with its FILTER and OVER is put."""

    function: str
    args: str
    type: Type
    wrap: str = "{}"
    second: str = ""
    """Is another aggregate of the same rows, which `wrap` has as `{1}`."""


AggregateFunction = Callable[[Call], Aggregate]


def cast_to(value: Value, kind: Type) -> Value:
    """Returns the value coerced as Trino does without a CAST. The types are known to have a common type."""
    if value.type == kind:
        return value
    if value.type.name == kind.name == types.ZONED:
        return replace(value, type=kind)
    if value.type.name == "timestamp" == kind.name:
        return replace(value, type=kind)
    if value.type.name == "date" and kind.name == types.ZONED:
        return Value(f"(CAST({value.sql} AS TIMESTAMP) AT TIME ZONE 'UTC')", kind)
    if value.type.name == "timestamp" and kind.name == types.ZONED:
        return Value(f"({value.sql} AT TIME ZONE 'UTC')", kind)
    return Value(f"CAST({value.sql} AS {kind.duck})", kind)


def together(values: list[Value], what: str, where: str = "") -> tuple[list[Value], Type]:
    """Returns the values coerced to their common type. Raises `QueryFailedError` if there is none."""
    kind = types.UNKNOWN
    for value in values:
        found = types.common(kind, value.type)
        if found is None:
            raise mismatch(f"{where}{what} must be the same type or coercible to a common type: {kind} vs {value.type}")
        kind = found
    return [cast_to(value, kind) for value in values], kind


_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")


def zone_name(zone: str) -> str:
    """Returns a zone as DuckDB knows it. Raises `QueryFailedError` for an offset that is no whole hour."""
    if zone in ("Z", "UTC"):
        return types.UTC
    if not _OFFSET.fullmatch(zone):
        return zone
    if zone.endswith(":00"):
        hours = int(zone[1:3])
        return f"Etc/GMT{'-' if zone[0] == '+' else '+'}{hours}" if hours else types.UTC  # the sign of POSIX
    raise not_supported(f"the time zone offset {zone}, which is no whole hour")
