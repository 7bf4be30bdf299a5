"""Reads other parameters of the checks from a TOML file, for a replay of published days.

    [SPK]
    percent = 250.0        # for all types of customers

    [SPK.I]
    percent = 400.0        # for industrial customers

A parameter that the file does not name keeps its defaults. docs/checks.md lists the checks and their parameters.
"""

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from domain.customers import CustomerType
from domain.findings import BY_CODE, CHECKS, DEFAULTS, Check, Parameters
from domain.findings.parameters import InvalidParametersError, Parameter

MOST_DIGITS = 15
"""A double keeps every decimal number of 15 significant digits, and not every one of 16 (IEEE 754)."""

_TYPES = tuple(kind.value for kind in CustomerType)


class CandidateError(ValueError):
    """A file has no parameters of checks. The text is one line. It has the file, the wrong name or value, and the
    known ones."""


def read_candidate(path: Path) -> Parameters:
    """Returns the parameters of all checks, with the file's values. Raises `CandidateError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        return Parameters(CHECKS, {code: _changes(code, table) for code, table in content.items()})
    except OSError as error:
        raise CandidateError(f"{path}: {error.strerror or error}") from error
    except (CandidateError, InvalidParametersError) as error:
        raise CandidateError(f"{path}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise CandidateError(f"{path} is no TOML file: {error}") from error


def changes_in_words(parameters: Parameters) -> list[str]:
    """Returns a line for each parameter that differs from its default, as `SPK.percent: 180 -> 250 (HH, HHP)`."""
    lines = []
    for check in CHECKS:
        for parameter in check.parameters:
            pairs: dict[tuple[Any, Any], list[str]] = {}
            for kind in _TYPES:
                before, after = (each.of(check.code, kind)[parameter.name] for each in (DEFAULTS, parameters))
                if before != after:
                    pairs.setdefault((before, after), []).append(kind)
            for (before, after), kinds in pairs.items():
                of = "" if len(kinds) == len(_TYPES) else f" ({', '.join(kinds)})"
                lines.append(f"{check.code}.{parameter.name}: {_text(before)} -> {_text(after)}{of}")
    return lines


def _changes(code: str, table: Any) -> dict[str, Any]:
    """Returns the values of a check's table: `{name: value}`, or `{name: {type: value}}`."""
    if code not in BY_CODE:
        raise CandidateError(f"no check is {code}: the checks are {_listed(BY_CODE)}")
    if not isinstance(table, Mapping):
        raise CandidateError(f"{code} is no table: write [{code}], and a line for each parameter below it")
    check, changes = BY_CODE[code], {}
    for name, value in table.items():
        if not isinstance(value, Mapping):
            parameter = _parameter(check, code, name)
            changes[name] = dict.fromkeys(_TYPES, _value(parameter, f"{code}.{name}", value))
    for kind, values in table.items():
        if isinstance(values, Mapping):
            if kind not in _TYPES:
                raise CandidateError(f"{code}.{kind}: no type of customer is {kind}: the types are {_listed(_TYPES)}")
            for name, value in values.items():
                parameter = _parameter(check, f"{code}.{kind}", name)
                changes.setdefault(name, {})[kind] = _value(parameter, f"{code}.{kind}.{name}", value)
    return changes


def _parameter(check: Check, table: str, name: str) -> Parameter:
    known = {parameter.name: parameter for parameter in check.parameters}
    if name not in known:
        has = f"it has {_listed(known)}" if known else "it has none"
        raise CandidateError(f"{table} has no parameter {name}: {has}")
    return known[name]


def _value(parameter: Parameter, name: str, value: Any) -> Any:
    """Returns a value as floats. `Parameters` checks its form and its bounds."""
    if isinstance(value, list):
        return [_value(parameter, name, each) for each in value]
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return value
    number = Decimal(value)
    if number.is_finite() and len(number.normalize().as_tuple().digits) > MOST_DIGITS:
        raise CandidateError(
            f"{name} = {value} has too many digits: use at most {MOST_DIGITS}, as in {parameter.default}"
        )
    return float(number)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    return f"{value:f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
