"""Shells that a user may have: for tests of what reaches a process."""

import os

import pytest

from artifacts import user_shell


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Have the shell hold these variables, for this process and as those it was started with."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(user_shell.SHELL, name, value)


def with_commands(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Have programs looked for in `folder` first."""
    given(monkeypatch, PATH=os.pathsep.join([folder, os.environ["PATH"]]))
