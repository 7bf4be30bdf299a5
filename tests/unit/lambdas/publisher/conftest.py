"""Makes the days that the publisher's tests publish."""

from pathlib import Path

import pytest

from lambdas.publisher import alarm_keeper
from tests.unit.lambdas.alerting.test_handler import CUSTOMERS, FAULTS
from tests.unit.lambdas.examples import an_item
from tests.unit.lambdas.run_world import RunWorld


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    planted = RunWorld(tmp_path, *CUSTOMERS, shards=2)
    planted.rows, planted.processes_once = list(FAULTS), True
    return planted


@pytest.fixture
def silent(tmp_path: Path) -> RunWorld:
    """Makes a day of 123 customers without a reading, in 3 shards."""
    made = RunWorld(tmp_path, *(an_item(f"{number:03}") for number in range(9, 132)), shards=3)
    made.processes_once = True
    return made


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(alarm_keeper, "AT_ONCE", 10)
    return 10
