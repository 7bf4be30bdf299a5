"""The registry finds each file of the checks, and the documents follow it."""

import inspect
import re
import sys
from pathlib import Path

import pytest

from artifacts.imports import reached
from artifacts.paths import REPOSITORY
from domain.findings import CHECKS, Check
from local.commands import checks as checks_document

FOLDER = REPOSITORY / "domain" / "findings" / "checks"
FILES = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def test_each_file_has_one_check() -> None:
    assert sorted(check.judge.__module__.rpartition(".")[2] for check in CHECKS) == sorted(FILES)


def test_the_package_of_the_alerting_function_has_each_file() -> None:
    """No file names the checks one by one. `artifacts.imports` reads the star."""
    sources = (REPOSITORY / "lambdas" / "alerting").rglob("*.py")
    assert {path.stem for path in reached(sources, REPOSITORY, "domain") if path.parent == FOLDER} >= FILES


def test_the_document_is_written_from_the_checks() -> None:
    """After a change of a check: python -m local.commands.checks"""
    assert checks_document.PATH.read_text(encoding="utf-8") == checks_document.document()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_docstring_shows_a_day_that_fires_and_one_that_does_not(check: Check) -> None:
    described = inspect.getdoc(sys.modules[check.judge.__module__]) or ""
    assert described.startswith(f"{check.code} finds ")
    assert re.search(r"^Fires: ", described, re.MULTILINE)
    assert re.search(r"^Does not fire: ", described, re.MULTILINE)
    assert "Details: " in (inspect.getdoc(check.judge) or "")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_uses_each_of_its_parameters(check: Check) -> None:
    source = Path(sys.modules[check.judge.__module__].__file__ or "").read_text(encoding="utf-8")
    unused = [each.name for each in check.parameters if f'values["{each.name}"]' not in source]
    assert unused == []
    named = set(re.findall(r"\{(\w+)\}", check.suspect + "".join(check.measures.values())))
    assert named <= {each.name for each in check.parameters}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_check_yields_only_to_checks_that_do_not_yield_to_it(check: Check) -> None:
    others = {each.code: each for each in CHECKS}
    assert [code for code in check.yields_to if check.code in others[code].yields_to] == []


def test_what_is_remembered_is_measured_and_has_one_type() -> None:
    types: dict[str, str] = {}
    for check in CHECKS:
        assert check.remembered.keys() <= check.measures.keys()
        for name, kind in check.remembered.items():
            assert types.setdefault(name, kind) == kind
