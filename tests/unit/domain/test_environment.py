"""A field of a model states its variable, its type, its default and its bounds, and the reader keeps to all of them."""

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest

from domain.environment import (
    FIXED,
    REQUIRED,
    Between,
    EnvironmentVariableError,
    OneOf,
    Variable,
    read_environment,
)


@dataclass(frozen=True)
class Model:
    name: str
    level: Annotated[str, OneOf(("LOW", "HIGH"))] = "LOW"
    tasks: Annotated[int, Between(2, 4), Variable("NUMBER_OF_TASKS")] = 3
    seconds: Annotated[float, Between(1, 29)] = 10.0
    count: int = 0
    zone: Annotated[ZoneInfo, REQUIRED] = ZoneInfo("UTC")  # noqa: RUF009 - immutable
    patience: Annotated[float, FIXED] = 2.5


GIVEN = {"NAME": "x", "ZONE": "Europe/Zagreb"}


def test_what_is_not_set_has_its_default() -> None:
    assert read_environment(Model, GIVEN) == Model("x", zone=ZoneInfo("Europe/Zagreb"))
    assert read_environment(Model, GIVEN | {"LEVEL": "", "COUNT": ""}).level == "LOW"


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("LEVEL", "high", "level", "HIGH"),
        ("NUMBER_OF_TASKS", "2", "tasks", 2),
        ("NUMBER_OF_TASKS", "4", "tasks", 4),
        ("SECONDS", "29", "seconds", 29.0),
        ("COUNT", "007", "count", 7),
    ],
)
def test_a_value_within_its_rule_is_taken(variable: str, text: str, field: str, value: object) -> None:
    assert getattr(read_environment(Model, GIVEN | {variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text", "rule"),
    [
        ("LEVEL", "middle", "one of LOW, HIGH"),
        ("NUMBER_OF_TASKS", "1", "a whole number from 2 to 4"),
        ("NUMBER_OF_TASKS", "5", "a whole number from 2 to 4"),
        ("SECONDS", "1.5", "a whole number from 1 to 29"),
        ("COUNT", "-1", "a whole number from 0 to 999999999"),
        ("COUNT", "1_000", "a whole number from 0 to 999999999"),
        ("COUNT", "²", "a whole number from 0 to 999999999"),
        ("COUNT", " 1", "a whole number from 0 to 999999999"),
        ("COUNT", "1" * 5000, "a whole number from 0 to 999999999"),
        ("ZONE", "Europe/Atlantis", "a time zone's IANA name"),
    ],
)
def test_a_value_that_breaks_its_rule_is_refused_with_it(variable: str, text: str, rule: str) -> None:
    with pytest.raises(EnvironmentVariableError) as caught:
        read_environment(Model, GIVEN | {variable: text})
    assert str(caught.value) == f"{variable} is {text!r}, it must be {rule}"


def test_what_must_be_set_and_is_not_is_named_also_where_it_has_a_default() -> None:
    with pytest.raises(EnvironmentVariableError, match=r"^NAME is missing; ZONE is missing$"):
        read_environment(Model, {})


@pytest.mark.parametrize("variable", ["PATIENCE", "TASKS"])
def test_no_variable_sets_a_fixed_field_or_goes_by_another_name(variable: str) -> None:
    assert read_environment(Model, GIVEN | {variable: "3"}) == read_environment(Model, GIVEN)
