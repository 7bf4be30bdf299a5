"""The Makefile, `make help` and the documents name the same targets."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.launcher.hints import WITH_DOCKER_ALONE

REPOSITORY = Path(__file__).parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text()
COMMANDS = REPOSITORY / "docs" / "commands.md"
TEXTS = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *sorted((REPOSITORY / "docs").glob("*.md"))]

# A rule's line, not an assignment (`:=`); targets beginning with a dot are the Makefile's own.
_RULE = re.compile(r"^(?P<targets>[A-Za-z0-9][\w \t-]*?)\s*:(?![:=])", re.MULTILINE)
# `make` in code, inline or in a block; a variable may stand before the target.
_MENTION = re.compile(r"\bmake(?:[ \t]+[A-Z_]+=[^\s`]*)*[ \t]+(?P<target>[a-z][\w-]*)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def defined() -> set[str]:
    return {target for rule in _RULE.finditer(MAKEFILE) for target in rule["targets"].split()}


def explained() -> dict[str, str]:
    """Returns the targets that `make help` prints, with their explanations."""
    printed = subprocess.run(["make", "help"], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^[ \t]*(?:make[ \t]+)?(?P<target>[a-z][\w-]*)[ \t]+(?P<what>\S.*)$", printed, re.MULTILINE)
    return dict(lines)


def mentioned(text: Path) -> set[str]:
    return {found["target"] for code in _CODE.findall(text.read_text()) for found in _MENTION.finditer(code)}


def in_the_table() -> set[str]:
    """Returns the targets that have a row of their own in docs/commands.md."""
    return set(re.findall(r"^\| `make ([a-z][\w-]*)[^`]*` \|", COMMANDS.read_text(), re.MULTILINE))


def test_make_help_explains_every_target_and_no_other() -> None:
    assert set(explained()) == defined()


def test_the_table_of_commands_has_every_target_and_no_other() -> None:
    assert in_the_table() == defined()


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_a_document_names_no_target_that_is_missing(text: Path) -> None:
    assert mentioned(text) - defined() == set()


def test_the_readme_is_one_screen() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert len(readme.splitlines()) <= 120
    assert {"up", "test"} <= mentioned(REPOSITORY / "README.md")


def test_every_target_is_declared_phony() -> None:
    phony = {name for line in re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE) for name in line.split()}
    assert defined() - phony == set()


def test_a_host_without_python_is_told_what_docker_alone_can_do(tmp_path: Path) -> None:
    """The PATH has `make` and a shell, and nothing else."""
    for program in ("make", "sh"):
        (tmp_path / program).symlink_to(shutil.which(program) or "")
    command = [str(tmp_path / "make"), "up", f"SHELL={tmp_path / 'sh'}"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={"PATH": str(tmp_path)}, check=False, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "Python 3.13 with its venv module was not found" in done.stderr
    assert WITH_DOCKER_ALONE in done.stderr


def test_help_is_what_make_does_by_default() -> None:
    assert re.search(r"^\.DEFAULT_GOAL\s*:=\s*help$", MAKEFILE, re.MULTILINE)
