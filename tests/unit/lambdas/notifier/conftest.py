"""Makes the fakes of the notifier for each test."""

import pytest

from tests.unit.lambdas.notifier.notifier_world import NotifierWorld


@pytest.fixture
def world() -> NotifierWorld:
    return NotifierWorld()
