"""The Makefile, `make help` and the README tell of the same targets."""

import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
MAKEFILE = (REPOSITORY / "Makefile").read_text()
README = (REPOSITORY / "README.md").read_text()

# A rule's line, not an assignment (`:=`); targets beginning with a dot are the Makefile's own.
_RULE = re.compile(r"^(?P<targets>[A-Za-z0-9][\w \t-]*?)\s*:(?![:=])", re.MULTILINE)
# `make` in code, inline or in a block; a variable may stand before the target.
_MENTION = re.compile(r"\bmake(?:[ \t]+[A-Z_]+=[^\s`]*)*[ \t]+(?P<target>[a-z][\w-]*)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def defined() -> set[str]:
    return {target for rule in _RULE.finditer(MAKEFILE) for target in rule["targets"].split()}


def explained() -> dict[str, str]:
    """What `make help` prints: targets and their explanations."""
    printed = subprocess.run(["make", "help"], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^[ \t]*(?:make[ \t]+)?(?P<target>[a-z][\w-]*)[ \t]+(?P<what>\S.*)$", printed, re.MULTILINE)
    return dict(lines)


def mentioned() -> set[str]:
    return {found["target"] for code in _CODE.findall(README) for found in _MENTION.finditer(code)}


def test_make_help_explains_every_target_and_no_other() -> None:
    assert set(explained()) == defined()


def test_the_readme_has_every_target() -> None:
    assert defined() - mentioned() == set()


def test_the_readme_names_no_target_that_is_missing() -> None:
    assert mentioned() - defined() == set()


def test_every_target_is_declared_phony() -> None:
    phony = {name for line in re.findall(r"^\.PHONY:(.*)$", MAKEFILE, re.MULTILINE) for name in line.split()}
    assert defined() - phony == set()


def test_help_is_what_make_does_by_default() -> None:
    assert re.search(r"^\.DEFAULT_GOAL\s*:=\s*help$", MAKEFILE, re.MULTILINE)
