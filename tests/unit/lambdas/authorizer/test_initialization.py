"""In Lambda the authorizer makes its clients before the first event. Elsewhere an import makes none."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[4]
_COUNT = "import lambdas.authorizer.handler as h; print(h.dependencies.cache_info().currsize)"


@pytest.mark.parametrize(("lambdas_own", "made"), [({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}, "1"), ({}, "0")])
def test_the_clients_are_made_at_initialization(lambdas_own: dict[str, str], made: str) -> None:
    given = {"AWS_DEFAULT_REGION": "eu-central-1", "CUSTOMERS_TABLE": "customers"} | lambdas_own
    done = subprocess.run(
        [sys.executable, "-c", _COUNT], cwd=REPOSITORY, env=given, check=False, capture_output=True, text=True
    )
    assert done.stdout.strip() == made, done.stderr
