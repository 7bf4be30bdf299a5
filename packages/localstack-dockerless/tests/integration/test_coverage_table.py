"""The tables of coverage and of Athena's functions are as the code is."""

import subprocess
from pathlib import Path

import pytest

from dockerless_testing.programs import localstack_python

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("module", "table"), [("coverage", "coverage.md"), ("services.athena.covered", "athena-functions.md")]
)
def test_a_table_is_as_the_code_is(module: str, table: str):
    command = [str(localstack_python()), "-m", f"localstack_dockerless.{module}"]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert (DOCS / table).read_text() == made.stdout
