"""The parameters of the checks. A replay of published days can change them (`Parameters`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from domain.customers import CustomerType

type Value = float | tuple[float, ...]
"""A parameter is a number, or a list of numbers."""

type Values = Mapping[str, Any]
"""The parameters' values for one type of customer, by name."""

type Changes = Mapping[str, Mapping[str, Any]]
"""Other values than the defaults: `{code: {name: value}}`, or `{code: {name: {type: value}}}` for some types."""


class InvalidParametersError(ValueError):
    """Changes name no check or no parameter, or hold no value of its form. The text says which."""


@dataclass(frozen=True)
class Parameter:
    """A number that a check compares with."""

    name: str
    unit: str
    meaning: str
    default: Value
    by_type: Mapping[str, Value] = field(default_factory=dict)
    """Other defaults, by the customer's type."""
    least: float = 0.0
    most: float = 1e9
    """The bounds of the value, both inclusive. They refuse a slip of a digit, and values that SQL cannot multiply."""

    def values(self, change: Any = None) -> dict[str, Value]:
        """Returns the value for each type of customer. Raises `InvalidParametersError`."""
        values = {kind.value: self.by_type.get(kind, self.default) for kind in CustomerType}
        changes = dict(change) if isinstance(change, Mapping) else dict.fromkeys(values, change)
        if change is None:
            return values
        if unknown := changes.keys() - values.keys():
            raise InvalidParametersError(f"{self.name}: no type of customer is {', '.join(sorted(unknown))}")
        return values | {kind: self._checked(value) for kind, value in changes.items()}

    def _checked(self, value: Any) -> Value:
        if isinstance(self.default, tuple):
            if isinstance(value, list | tuple) and value and all(map(_is_number, value)):
                return tuple(map(self._bounded, value))
        elif _is_number(value):
            return self._bounded(value)
        raise InvalidParametersError(f"{self.name}: {value!r} is no value like {self.default!r}")

    def _bounded(self, value: float) -> float:
        if not self.least <= value <= self.most:
            raise InvalidParametersError(f"{self.name}: {value:g} is not from {self.least:,g} to {self.most:,.0f}")
        return float(value)


class HasParameters(Protocol):
    """A check, as far as its parameters are concerned."""

    @property
    def code(self) -> str: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


class Parameters:
    """The values of all checks' parameters: the defaults, with changes."""

    def __init__(self, checks: Iterable[HasParameters], changes: Changes = MappingProxyType({})) -> None:
        """Raises `InvalidParametersError`."""
        self._values: dict[str, dict[str, dict[str, Value]]] = {}
        for check in checks:
            own = changes.get(check.code, {})
            if unknown := own.keys() - {parameter.name for parameter in check.parameters}:
                raise InvalidParametersError(f"{check.code} has no parameter {', '.join(sorted(unknown))}")
            try:
                self._values[check.code] = {each.name: each.values(own.get(each.name)) for each in check.parameters}
            except InvalidParametersError as error:
                raise InvalidParametersError(f"{check.code}.{error}") from error
        if unknown := changes.keys() - self._values.keys():
            raise InvalidParametersError(f"no check is {', '.join(sorted(unknown))}")

    def of(self, code: str, kind: str) -> dict[str, Value]:
        """Returns the values of a check's parameters for a type of customer."""
        return {name: values[kind] for name, values in self._values[code].items()}

    def in_sql(self, code: str, text: str, kind: str = "type") -> str:
        """Returns a check's SQL with the values in place of `{name}`. `kind` is the column with the customer's type."""
        for name, values in self._values[code].items():
            text = text.replace(f"{{{name}}}", _sql(values, kind))
        return text


def _sql(values: Mapping[str, Value], kind: str) -> str:
    """Returns one literal, or a CASE where the types of customers differ."""
    texts = {each: _literal(value) for each, value in values.items()}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    cases = " ".join(f"WHEN '{each}' THEN {text}" for each, text in texts.items())
    return f"CASE {kind} {cases} END"


def _literal(value: Value) -> str:
    # A DECIMAL literal with many digits would overflow where it is multiplied. So each number is a DOUBLE.
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return f"({float(value)!r}::DOUBLE)"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value  # noqa: PLR0124  NaN
