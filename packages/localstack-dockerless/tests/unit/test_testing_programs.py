"""A test run without a needed program names the program's variable."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dockerless_testing.programs import MissingProgramError, lambda_python, localstack_python, postgres_programs


@pytest.mark.parametrize(
    ("find", "variable"),
    [
        (localstack_python, "DOCKERLESS_PYTHON"),
        (lambda_python, "EMULATOR_LAMBDA_PYTHON"),
        (postgres_programs, "EMULATOR_POSTGRES_PROGRAMS"),
    ],
)
def test_what_is_missing_is_named(find: Callable[[Mapping[str, str]], Path], variable: str):
    with pytest.raises(MissingProgramError, match=f"set {variable} to"):
        find({variable: "/nonexistent"})
