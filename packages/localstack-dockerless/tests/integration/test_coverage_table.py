"""The table of coverage is the providers' one, with moto's operations."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

TABLE = Path(__file__).parents[2] / "docs" / "coverage.md"


def test_the_table_is_as_the_providers_are():
    command = [str(localstack_python()), "-m", "localstack_dockerless.coverage"]
    made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    assert TABLE.read_text() == made.stdout
