"""Reads a function's environment into its typed model."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class EnvironmentVariableError(Exception):
    """Variables are missing or malformed. The text names all of them."""


def read_environment[T](model: type[T], variables: Mapping[str, str]) -> T:
    """Returns an instance of the dataclass `model`. Its field `time_zone` is read from `TIME_ZONE`.

    Fields have the type `str`, `int` or `ZoneInfo`. The variable of a field with a default may be absent. An empty
    variable counts as absent. Raises `EnvironmentVariableError`.
    """
    types = get_type_hints(model)
    values: dict[str, Any] = {}
    problems = []
    for field in fields(model):  # type: ignore[arg-type]
        variable = field.name.upper()
        text = variables.get(variable)
        if text:
            try:
                values[field.name] = _PARSERS[types[field.name]](text)
            except (ValueError, ZoneInfoNotFoundError, OSError):  # the name of a folder of zones gives an OSError
                problems.append(f"{variable} is malformed: {text!r}")
        elif field.default is MISSING:
            problems.append(f"{variable} is missing")
    if problems:
        raise EnvironmentVariableError("; ".join(problems))
    return model(**values)


_PARSERS: dict[Any, Callable[[str], Any]] = {str: str, int: int, ZoneInfo: ZoneInfo}
