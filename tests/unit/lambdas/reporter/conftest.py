"""Makes the day that the reporter's tests report: each kind of fault, and names that try to leave their place."""

from pathlib import Path

import pytest

from tests.unit.lambdas.alerting.test_handler import CUSTOMERS, FAULTS
from tests.unit.lambdas.run_world import RunWorld


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    planted = RunWorld(tmp_path, *CUSTOMERS, shards=3)
    planted.rows, planted.processes_once = list(FAULTS), True
    return planted
