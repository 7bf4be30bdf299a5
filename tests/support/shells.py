"""Imitates shells that a user may have. Tests use it to check which variables reach a process."""

import os

import pytest

from artifacts import user_shell


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Sets these variables for this process, also among the variables that it started with."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(user_shell.SHELL, name, value)


def with_commands(monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """Puts `folder` at the front of the PATH."""
    given(monkeypatch, PATH=os.pathsep.join([folder, os.environ["PATH"]]))
