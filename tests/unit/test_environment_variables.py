"""docs/environment-variables.md has every variable that the service and the functions read, and no other."""

import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from domain.environment import EnvironmentVariableError, read_environment
from service.settings import DatabaseSettings, MigrationSettings, Settings

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = (REPOSITORY / "docs" / "environment-variables.md").read_text()
FUNCTIONS = sorted(path.parent.name for path in (REPOSITORY / "lambdas").glob("*/environment.py"))


class Recorder(Mapping[str, str]):
    """Is an empty environment that notes each requested variable."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_into(settings: type[DatabaseSettings]) -> tuple[set[str], set[str]]:
    """Returns the variables that these settings of the service read, and the variables that they require."""
    recorder = Recorder()
    with pytest.raises(EnvironmentVariableError) as caught:
        settings.from_environment(recorder)
    return recorder.asked, {name for name in recorder.asked if re.search(rf"\b{name}\b", str(caught.value))}


def read_by(function: str) -> tuple[set[str], set[str]]:
    """Returns the variables that a function reads, and the variables that it requires."""
    recorder = Recorder()
    with pytest.raises(EnvironmentVariableError) as caught:
        read_environment(importlib.import_module(f"lambdas.{function}.environment").Environment, recorder)
    return recorder.asked, {name for name in recorder.asked if re.search(rf"\b{name}\b", str(caught.value))}


def rows(heading: str) -> list[list[str]]:
    """Returns the cells of the table's rows under a heading."""
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `[A-Z_]+` \|.*$", section, re.MULTILINE)
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize(("heading", "settings"), [("The service", Settings), ("The migration", MigrationSettings)])
def test_the_document_has_every_variable_of_the_service(heading: str, settings: type[DatabaseSettings]) -> None:
    read, required = read_into(settings)
    assert {row[0] for row in rows(heading)} == read
    assert {row[0] for row in rows(heading) if row[1] == "required"} == required


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_document_has_every_variable_of_a_function(function: str) -> None:
    read, required = read_by(function)
    own = [row for row in rows("The functions") if function in row[1].split(", ")]
    assert {row[0] for row in own} == read
    assert {row[0] for row in own if row[2] == "required"} == required


def test_the_document_names_no_other_function() -> None:
    assert {name for row in rows("The functions") for name in row[1].split(", ")} == set(FUNCTIONS)
