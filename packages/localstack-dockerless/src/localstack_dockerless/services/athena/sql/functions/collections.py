"""Translates functions of arrays, maps and rows: https://trino.io/docs/current/functions/array.html and .../map.html.

Indexes begin at 1. `element_at` is NULL for a missing index or key, and a subscript fails.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.functions.signatures import TEXT, WHOLE, fit
from localstack_dockerless.services.athena.sql.types import BIGINT, BOOLEAN, VARCHAR, Type
from localstack_dockerless.services.athena.sql.values import Call, Function, Value, cast_to, together

if TYPE_CHECKING:
    from localstack_dockerless.services.athena.sql.expressions import Expressions


def _array(call: Call, index: int = 0) -> Value:
    value = call.args[index] if index < len(call.args) else None
    if value is None or value.type.name != "array":
        raise call.unexpected()
    return value


def _of_array(template: str, result: Callable[[Type], Type]) -> Function:
    """Makes a function of 1 array. `result` takes the type of the array."""

    def function(call: Call) -> Value:
        if len(call.args) != 1:
            raise call.unexpected()
        value = _array(call)
        kind = result(value.type)
        return Value(template.format(value.sql), kind)

    return function


def _with_element(template: str, result: Type | None = None) -> Function:
    """Makes a function of an array and an element. Without `result` it returns an array."""

    def function(call: Call) -> Value:
        if len(call.args) != 2:
            raise call.unexpected()
        value = _array(call)
        kind = types.common(value.type.parts[0], call.args[1].type)
        if kind is None:
            raise call.unexpected()
        element = cast_to(call.args[1], value.type.parts[0])
        return Value(template.format(value.sql, element.sql), result or value.type)

    return function


def _cardinality(call: Call) -> Value:
    if len(call.args) != 1 or call.args[0].type.name not in ("array", "map"):
        raise call.unexpected()
    return Value(f"CAST(cardinality({call.args[0].sql}) AS BIGINT)" if call.args[0].type.name == "map"
                 else f"len({call.args[0].sql})", BIGINT)  # fmt: skip


def _element_at(call: Call) -> Value:
    if len(call.args) != 2:
        raise call.unexpected()
    value, key = call.args
    if value.type.name == "array" and key.type.is_integer:
        return Value(f"athena_element({value.sql}, {key.sql})", value.type.parts[0])
    if value.type.name == "map":
        return Value(f"map_extract_value({value.sql}, {cast_to(key, value.type.parts[0]).sql})", value.type.parts[1])
    raise call.unexpected()


def _sequence(call: Call) -> Value:
    """Makes an array of integers, dates or timestamps, with both ends. A step of months or of a zone is refused."""
    start, *_ = call.args
    if start.type.is_integer:
        numbers = fit(call, *[WHOLE] * len(call.args))
        step = numbers[2] if len(numbers) == 3 else f"CASE WHEN {numbers[0]} <= {numbers[1]} THEN 1 ELSE -1 END"
        return Value(f"athena_sequence({numbers[0]}, {numbers[1]}, {step})", types.array(BIGINT))
    if not start.type.is_time or len(call.args) not in (2, 3):
        raise call.unexpected()
    if len(call.args) == 2 and start.type.name != "date":
        raise call.unexpected()
    (one, other), kind = together(call.args[:2], "sequence bounds", call.where)
    step = call.args[2].sql if len(call.args) == 3 else "INTERVAL 1 DAY"
    if kind.name == types.ZONED:
        raise not_supported("sequence of timestamps with time zone")
    series = f"generate_series(CAST({one.sql} AS TIMESTAMP), CAST({other.sql} AS TIMESTAMP), {step})"
    return Value(f"CAST({series} AS {types.array(kind).duck})", types.array(kind))


def _array_join(call: Call) -> Value:
    """Leaves NULLs out, or writes the third argument for them."""
    value = _array(call)
    separator = fit(Call(call.name, call.args[1:2], call.where), TEXT)[0]
    if value.type.parts[0].name not in ("varchar", "boolean", "date", *types.EXACT):
        raise not_supported(f"array_join of {value.type}")
    texts = f"CAST({value.sql} AS VARCHAR[])"
    if len(call.args) == 3:
        instead = fit(Call(call.name, call.args[2:], call.where), TEXT)[0]
        texts = f"list_transform({texts}, lambda x: coalesce(x, {instead}))"
    return Value(
        f"coalesce(array_to_string({texts}, {separator}), CASE WHEN {value.sql} IS NOT NULL THEN '' END)", VARCHAR
    )


def _slice(call: Call) -> Value:
    value = _array(call)
    start, count = fit(Call(call.name, call.args[1:], call.where), WHOLE, WHOLE)
    return Value(f"athena_slice({value.sql}, {start}, {count})", value.type)


def _map(call: Call) -> Value:
    if len(call.args) != 2:
        raise call.unexpected()
    keys, values = _array(call), _array(call, 1)
    kind = Type("map", parts=(keys.type.parts[0], values.type.parts[0]))
    return Value(f"map({keys.sql}, {values.sql})", kind)


def _of_map(function: str, part: int) -> Function:
    def made(call: Call) -> Value:
        if len(call.args) != 1 or call.args[0].type.name != "map":
            raise call.unexpected()
        return Value(f"{function}({call.args[0].sql})", types.array(call.args[0].type.parts[part]))

    return made


def _row(call: Call) -> Value:
    fields = tuple(f"field{index}" for index in range(len(call.args)))
    packed = ", ".join(f"{name} := {value.sql}" for name, value in zip(fields, call.args, strict=True))
    return Value(f"struct_pack({packed})", Type("row", parts=tuple(v.type for v in call.args), fields=fields))


FUNCTIONS: dict[str, Function] = {
    "cardinality": _cardinality,
    "element_at": _element_at,
    "contains": _with_element("athena_contains({0}, {1})", BOOLEAN),
    "array_position": _with_element("coalesce(list_position({0}, {1}), 0)", BIGINT),
    "array_distinct": _of_array("athena_distinct({0})", lambda kind: kind),
    "array_max": _of_array("athena_whole({0}, list_max({0}))", lambda kind: kind.parts[0]),
    "array_min": _of_array("athena_whole({0}, list_min({0}))", lambda kind: kind.parts[0]),
    "array_sort": _of_array("list_sort({0}, 'ASC', 'NULLS LAST')", lambda kind: kind),
    "flatten": _of_array("flatten({0})", lambda kind: kind.parts[0]),
    "array_join": _array_join,
    "slice": _slice,
    "sequence": _sequence,
    "map": _map,
    "map_keys": _of_map("map_keys", 0),
    "map_values": _of_map("map_values", 1),
    "row": _row,
}  # fmt: skip


def _lambda(template: str, result: Callable[[Type, Type], Type]) -> Callable[["Expressions", Any], Value]:
    """Makes a function of an array and a lambda. `result` takes the types of the array and of the lambda's body."""

    def function(compiler: "Expressions", node: Any) -> Value:
        values = [compiler.value(node.expressions[0])] if node.expressions else []
        call = Call(node.name.lower(), values)
        value = _array(call)
        if len(node.expressions) != 2 or type(node.expressions[1]).__name__ != "Lambda":
            raise call.unexpected()
        body, found = compiler.lambda_of(node.expressions[1], [value.type.parts[0]])
        return Value(template.format(value.sql, body), result(value.type, found.type))

    return function


LAMBDAS: dict[str, Callable[["Expressions", Any], Value]] = {
    "transform": _lambda("list_transform({0}, {1})", lambda _, body: types.array(body)),
    "filter": _lambda("list_filter({0}, {1})", lambda kind, _: kind),
}
