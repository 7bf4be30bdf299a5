"""Makes a client of the service's app over readings in memory."""

from collections.abc import Iterator

import pytest

from tests.support.asgi_client import AsgiClient
from tests.unit.service.fakes import FakeReadings, running_app


@pytest.fixture
def readings() -> FakeReadings:
    return FakeReadings()


@pytest.fixture
def client(readings: FakeReadings) -> Iterator[AsgiClient]:
    with running_app(readings) as client:
        yield client
