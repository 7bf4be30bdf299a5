"""Reads a program's environment into a dataclass. A field states its type, its default and its bounds.

    @dataclass(frozen=True)
    class Environment:
        database_host: str
        database_port: Annotated[int, Between(1, 65535)] = 5432
        pool_size: Annotated[int, Between(1, 100), Variable("DATABASE_POOL_SIZE")] = 10
        patience: Annotated[float, FIXED] = 2.0

The variable of a field is its name in upper case, or the one that `Variable` names. A field without a default must be
set, and so must a field that is `REQUIRED`. A variable that is set to nothing counts as absent. The service and every
function use this reader. It is given the variables, and reads none itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class EnvironmentVariableError(Exception):
    """Variables that are missing or cannot be used. The message names all of them, with their rules."""


@dataclass(frozen=True)
class Between:
    """The bounds of a whole number, both included."""

    least: int
    most: int


@dataclass(frozen=True)
class OneOf:
    """The values of a text. Their letters' case does not matter; the field has them as they stand here."""

    choices: tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """The name of a variable that is not the field's."""

    name: str


REQUIRED = object()
"""Marks a field that must be set although it has a default, which is for tests."""
FIXED = object()
"""Marks a field that no variable sets."""

LOG_LEVELS = OneOf(("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
PORTS = Between(1, 65535)
RETENTION_DAYS = Between(1, 100_000)
# https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS
SSL_MODES = OneOf(("disable", "allow", "prefer", "require", "verify-ca", "verify-full"))
_ANY_NUMBER = Between(0, 999_999_999)


def read_environment[T](model: type[T], variables: Mapping[str, str]) -> T:
    """An instance of `model`, a dataclass with fields of type `str`, `int`, `float` (whole seconds) or `ZoneInfo`.

    Raises `EnvironmentVariableError`.
    """
    hints = get_type_hints(model, include_extras=True)
    values: dict[str, Any] = {}
    problems = []
    for field in fields(model):  # type: ignore[arg-type]
        kind, rules = _parts(hints[field.name])
        if FIXED in rules:
            continue
        name = next((rule.name for rule in rules if isinstance(rule, Variable)), field.name.upper())
        text = variables.get(name)
        if text:
            try:
                values[field.name] = _PARSERS[kind](text, rules)
            except _WrongError as error:
                problems.append(f"{name} is {text!r}, it must be {error}")
        elif _must_be_set(field, rules):
            problems.append(f"{name} is missing")
    if problems:
        raise EnvironmentVariableError("; ".join(problems))
    return model(**values)


class _WrongError(Exception):
    """A value that breaks a rule. The message ends the sentence "it must be"."""


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type of a field and the rules beside it."""
    if get_origin(hint) is not Annotated:
        return hint, ()
    kind, *rules = get_args(hint)
    return kind, tuple(rules)


def _must_be_set(field: Field[Any], rules: tuple[Any, ...]) -> bool:
    return REQUIRED in rules or field.default is MISSING


def _text(text: str, rules: tuple[Any, ...]) -> str:
    allowed = next((rule.choices for rule in rules if isinstance(rule, OneOf)), None)
    if allowed is None:
        return text
    for choice in allowed:
        if text.lower() == choice.lower():
            return choice
    raise _WrongError(f"one of {', '.join(allowed)}")


def _whole_number(text: str, rules: tuple[Any, ...]) -> int:
    bounds = next((rule for rule in rules if isinstance(rule, Between)), _ANY_NUMBER)
    # `isdigit` alone takes the digits of every script, and a superscript
    if text.isascii() and text.isdigit() and len(text) < 10 and bounds.least <= int(text) <= bounds.most:
        return int(text)
    raise _WrongError(f"a whole number from {bounds.least} to {bounds.most}")


def _zone(text: str, _rules: tuple[Any, ...]) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ValueError, ZoneInfoNotFoundError, OSError):  # a folder of zones is an OSError
        raise _WrongError("a time zone's IANA name") from None


_PARSERS: dict[Any, Callable[[str, tuple[Any, ...]], Any]] = {
    str: _text,
    int: _whole_number,
    float: _whole_number,
    ZoneInfo: _zone,
}
