"""The console in front of a system of fakes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.operations.console.system import System


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    system = System(tmp_path)
    yield system
    system.console.close()
