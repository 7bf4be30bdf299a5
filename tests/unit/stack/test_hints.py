"""Every command in a message names the stack."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.launcher.hints import make
from local.launcher.settings import REPOSITORY

TARGETS = re.findall(r"^([a-z][a-z0-9-]*):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
BARE = re.compile(rf"\bmake(?: [A-Z_]+=\S*)* ({'|'.join(TARGETS)})\b")
SOURCES = sorted(path for folder in ("local", "seed", "operations") for path in (REPOSITORY / folder).rglob("*.py"))
# What works on no stack that is made, or on one of its own.
ON_NO_STACK = {
    "audit",
    "bench",
    "check",
    "doctor",
    "help",
    "lock",
    "package",
    "push",
    "rehearse",
    "test",
    "test-e2e",
    "test-faults",
}


@pytest.mark.parametrize(
    ("hint", "typed"),
    [
        (make("up", "dev"), "make up"),
        (make("up", "two"), "make up STACK=two"),
        (make("up", "two", PORT=4666), "make up STACK=two PORT=4666"),
        (make("pipeline", "dev", DATE="2026-11-01"), "make pipeline DATE=2026-11-01"),
    ],
)
def test_a_hint_names_the_stack_where_it_is_not_the_default_one(hint: str, typed: str):
    assert hint == typed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_message_names_a_command_of_a_stack_itself(path: Path):
    assert [text for text in messages(ast.parse(path.read_text())) if bare_commands(text)] == []


def test_the_search_finds_a_bare_command():
    tree = ast.parse('"""Run `make up`."""\nprint(f"run `make up` for {name}, then `make package`")\n')
    assert [bare_commands(text) for text in messages(tree)] == [{"up"}, set()]


def bare_commands(text: str) -> set[str]:
    return set(BARE.findall(text)) - ON_NO_STACK


def messages(tree: ast.Module) -> Iterator[str]:
    """Returns every string of a file that is no docstring."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value
