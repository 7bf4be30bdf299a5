"""Checks parameters against the bounds of the API's own model, as the service checks them.

botocore's model of each API has the bounds (`min`, `max`, `pattern`, `enum`). botocore itself checks few of them, and
LocalStack 4.14.0 hardly any.
https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html (ValidationException)
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

Overrides = Mapping[str, Mapping[str, Any]]
"""Maps a member's name to constraints of the service that its model lacks or has with another value."""
MOST_SHOWN = 10


def violations(
    shape: Any, value: Any, overrides: Overrides, unchecked: frozenset[str], path: str = ""
) -> Iterator[str]:
    """Returns the violations in AWS's words.

    `shape` is botocore's. The members named in `unchecked` are left to the service.
    """
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                if value.get(name) is not None and name not in unchecked:
                    inner = f"{path}.{_camel(name)}" if path else _camel(name)
                    bounds = {**member.metadata, **overrides.get(name, {})}
                    yield from _of_value(member.type_name, bounds, value[name], inner)
                    yield from violations(member, value[name], overrides, unchecked, inner)
        case "list":
            for index, each in enumerate(value, 1):
                inner = f"{path}.{index}.member"
                yield from _of_value(shape.member.type_name, shape.member.metadata, each, inner)
                yield from violations(shape.member, each, overrides, unchecked, inner)


def message(found: list[str]) -> str:
    plural = "s" if len(found) > 1 else ""
    return f"{len(found)} validation error{plural} detected: {'; '.join(found[:MOST_SHOWN])}"


def _of_value(kind: str, bounds: Mapping[str, Any], value: Any, path: str) -> Iterator[str]:
    for rule in _broken(kind, bounds, value):
        shown = f"[{', '.join(map(str, value))}]" if isinstance(value, list) else value
        yield f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must {rule}"


def _broken(kind: str, bounds: Mapping[str, Any], value: Any) -> Iterator[str]:
    if kind in ("integer", "long", "float", "double"):
        size, noun = value, "value"
    elif isinstance(value, str | list | dict):
        size, noun = len(value), "length"
    else:
        return
    if "max" in bounds and size > bounds["max"]:
        yield f"have {noun} less than or equal to {bounds['max']}"
    if "min" in bounds and size < bounds["min"]:
        yield f"have {noun} greater than or equal to {bounds['min']}"
    if isinstance(value, str):
        if "pattern" in bounds and not _matches(bounds["pattern"], value):
            yield f"satisfy regular expression pattern: {bounds['pattern']}"
        if "enum" in bounds and value not in bounds["enum"]:
            yield f"satisfy enum value set: [{', '.join(bounds['enum'])}]"


def _matches(pattern: str, value: str) -> bool:
    """Tells whether `value` matches. A pattern that only Java's expressions know matches everything."""
    expression = _compiled(pattern)
    return expression is None or expression.fullmatch(value) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # A class such as [[:alpha:]] has another meaning in Python.
            return re.compile(pattern)
    except (re.error, FutureWarning):
        return None


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]
