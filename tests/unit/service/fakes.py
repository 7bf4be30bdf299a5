"""The service's app over readings kept in memory."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from service.components import Components, create_writer
from service.http.app import create_app
from service.readings.fields import Terms
from service.readings.parser import Reading
from service.readings.repository import Batch, ReadingsRepository, StoredCounts, StoredReading
from service.settings import Settings
from tests.support.asgi_client import AsgiClient

NOW = datetime(2026, 11, 23, 12, 7, tzinfo=UTC)
TERMS = Terms(NOW, datetime(1926, 12, 16, 23, tzinfo=UTC))
"""At `NOW`, with a retention of 100 years: it hides no other limit."""
SETTINGS = Settings("database.invalid", "energy", "energy", "not-a-password", pool_size=2)


class FakeReadings(ReadingsRepository):
    """Keeps the latest reading of each interval; `stored` counts the batches."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, datetime], StoredReading] = {}
        self.error: Exception | None = None

    def store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        if self.error:
            raise self.error
        return [self._store(batch.metering_point, batch.readings) for batch in batches]

    def _store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        for reading in readings:
            self.rows[metering_point, reading.interval_start] = StoredReading(*reading, NOW, 1)
        return StoredCounts(len(readings), 0, 0)

    def page(self, metering_point: int, start: datetime, end: datetime, limit: int) -> list[StoredReading]:
        keys = sorted(key for key in self.rows if key[0] == metering_point and start <= key[1] < end)
        return [self.rows[key] for key in keys[:limit]]


@contextmanager
def running_app(readings: FakeReadings, settings: Settings = SETTINGS) -> Iterator[AsgiClient]:
    """A client of the app with `readings`, at `NOW`; a call that the app lets fail answers 500."""
    writer = create_writer(settings, readings, lambda _: None)
    components = replace(Components.create(settings, now=lambda: NOW), readings=readings, writer=writer)
    client = AsgiClient(create_app(components))
    try:
        yield client
    finally:
        client.close()
        components.close()
