"""The bounds of an API's own model apply to each kind of member, in AWS's words."""

from types import SimpleNamespace
from typing import Any

import pytest

from localstack_dockerless.constraints import message, violations


def shape(kind: str, metadata: dict[str, Any] | None = None, **more: Any) -> SimpleNamespace:
    return SimpleNamespace(type_name=kind, metadata=metadata or {}, **more)


REQUEST = shape(
    "structure",
    members={
        "Timeout": shape("integer", {"min": 1}),
        "Share": shape("double", {"min": 0, "max": 1}),
        "Name": shape("string", {"min": 1, "max": 5, "pattern": "[a-z]+"}),
        "Mode": shape("string", {"enum": ["On", "Off"]}),
        "Storage": shape("structure", members={"Size": shape("integer", {"min": 512})}),
        "Names": shape("list", {"max": 2}, member=shape("string", {"max": 2})),
        "Strange": shape("string", {"pattern": "[[:java:]"}),
        "Left": shape("string", {"max": 1}),
    },
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Timeout": 900, "Share": 0.5, "Name": "abc", "Mode": "On", "Names": ["a"], "Storage": {"Size": 512}}, []),
        ({"Timeout": None, "Strange": "anything", "Left": "long"}, []),
        ({"Timeout": 901}, ["Value '901' at 'timeout' .* Member must have value less than or equal to 900"]),
        ({"Share": 1.5}, ["'share' .* less than or equal to 1"]),
        ({"Name": ""}, ["'name' .* length greater than or equal to 1", "'name' .* regular expression pattern"]),
        ({"Mode": "Half"}, [r"'mode' .* enum value set: \[On, Off\]"]),
        ({"Storage": {"Size": 1}}, ["'storage.size' .* greater than or equal to 512"]),
        ({"Names": ["a", "b", "c"]}, [r"Value '\[a, b, c\]' at 'names' .* length less than or equal to 2"]),
        ({"Names": ["a", "long"]}, ["Value 'long' at 'names.2.member' .* length less than or equal to 2"]),
    ],
)
def test_what_is_out_of_its_bounds_is_named(given: dict[str, Any], expected: list[str]) -> None:
    found = list(violations(REQUEST, given, {"Timeout": {"max": 900}}, frozenset({"Left"})))
    assert len(found) == len(expected)
    for text, pattern in zip(found, expected, strict=True):
        with pytest.raises(ValueError, match=pattern):
            raise ValueError(text)


def test_several_are_told_together() -> None:
    assert message(["a"]) == "1 validation error detected: a"
    assert message(["a", "b"]) == "2 validation errors detected: a; b"
