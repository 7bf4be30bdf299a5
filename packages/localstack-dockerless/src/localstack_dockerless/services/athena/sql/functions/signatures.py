"""Makes the entries of functions that need no code of their own."""

from collections.abc import Callable

from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import Type
from localstack_dockerless.services.athena.sql.values import Call, Function, Value, cast_to

ANY, NUMBER, WHOLE, TEXT, FLOAT, FLAG = "any", "number", "whole", "text", "double", "boolean"

_FITS: dict[str, Callable[[Type], bool]] = {
    ANY: lambda _: True,
    NUMBER: lambda kind: kind.is_number,
    WHOLE: lambda kind: kind.is_integer,
    FLOAT: lambda kind: kind.is_number,
    TEXT: lambda kind: kind.name == "varchar",
    FLAG: lambda kind: kind.name == "boolean",
}


def fit(call: Call, *kinds: str) -> list[str]:
    """Returns the SQL of the arguments, coerced to their kinds. Raises Trino's error if they do not fit."""
    if len(call.args) != len(kinds):
        raise call.unexpected()
    return [_fitted(call, value, kind) for value, kind in zip(call.args, kinds, strict=True)]


def _fitted(call: Call, value: Value, kind: str) -> str:
    if value.type.name == "unknown":
        return {TEXT: "CAST(NULL AS VARCHAR)", FLOAT: "CAST(NULL AS DOUBLE)"}.get(kind, "NULL")
    if not _FITS[kind](value.type):
        raise call.unexpected()
    return cast_to(value, types.DOUBLE).sql if kind == FLOAT else value.sql


def fixed(result: Type, template: str, *kinds: str) -> Function:
    """Makes a function with these kinds of arguments. `template` has `{0}`, `{1}` for the arguments."""

    def function(call: Call) -> Value:
        return Value(template.format(*fit(call, *kinds)), result)

    return function


def by_count(*functions: tuple[int, Function]) -> Function:
    """Makes a function that is another one for each number of arguments."""
    found = dict(functions)

    def function(call: Call) -> Value:
        chosen = found.get(len(call.args))
        if chosen is None:
            raise call.unexpected()
        return chosen(call)

    return function
