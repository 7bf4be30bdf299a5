"""Texts that AWS sends to the administrator name commands that work on AWS. `make` reaches local stacks alone."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
_TEXTS = {
    "terraform": (".tf", ".tfvars"),
    "lambdas": (".py", ".html", ".txt", ".j2"),
    "domain": (".py",),
    "service": (".py",),
}
"""The folders with texts that AWS sends: descriptions of alarms, mails, reports, answers and log lines."""

SHIPPED = sorted(
    path
    for folder, endings in _TEXTS.items()
    for path in (REPOSITORY / folder).rglob("*")
    if path.suffix in endings and ".terraform" not in path.parts
)
TARGETS = re.findall(r"^([a-z][a-z0-9-]*):(?![:=])", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
_MAKE = re.compile(rf"\bmake +(?:{'|'.join(map(re.escape, TARGETS))})\b|\btflocal\b|\bawslocal\b")
_MODULE = re.compile(r"python -m (operations\.\w+)")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_text_names_a_command_of_the_laptop(path: Path) -> None:
    assert [line.strip() for line in path.read_text().splitlines() if _MAKE.search(line)] == []


def test_the_pattern_finds_such_commands() -> None:
    assert {"pipeline", "redrive", "up"} <= set(TARGETS)
    assert _MAKE.search("Run its date again: make pipeline DATE=...")


def test_every_command_that_is_named_exists() -> None:
    text = "".join(path.read_text() for path in SHIPPED)
    named = set(_MODULE.findall(text))
    assert {"operations.run_day", "operations.redrive"} <= named
    paths = {name: REPOSITORY / name.replace(".", "/") for name in named}
    programs = {name: (path.with_suffix(".py"), path / "__main__.py") for name, path in paths.items()}
    assert [name for name, files in programs.items() if not any(file.exists() for file in files)] == []


@pytest.mark.parametrize("name", ["run_day", "redrive", "customer_key"])
def test_the_readme_of_terraform_explains_it(name: str) -> None:
    assert f"python -m operations.{name}" in (REPOSITORY / "terraform" / "README.md").read_text()
