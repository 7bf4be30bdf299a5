"""Runs the service's app over readings in memory."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.identity_headers import Identity
from domain.intervals import QUARTER_HOURS
from service.alarms.alarms_table import AlarmsTable
from service.components import Components, create_writer
from service.http.app import create_app
from service.readings.batch import Batch, StoredCounts
from service.readings.repository import DaySum, ReadingsRepository, Revision, StoredReading
from service.readings.times import Grid, Terms
from service.settings import Settings
from tests.support.asgi_client import AsgiClient
from tests.support.reading_history import ReadingHistory

NUMBER = "DE00056266802AO6G56M11SN51G21M24S"
"""A number with letters, as long as a German one."""
OWN = Identity(NUMBER).as_headers()
"""The headers by which the gateway says that the caller is `NUMBER`."""
NOW = datetime(2026, 11, 23, 12, 7, tzinfo=UTC)
GRID = Grid(QUARTER_HOURS, ZoneInfo("Europe/Zagreb"), timedelta(seconds=30))
TERMS = Terms(NOW, datetime(1926, 12, 16, 23, tzinfo=UTC), GRID)
"""At `NOW`, with a retention of 100 years: it hides no other limit."""
SETTINGS = Settings("database.invalid", "energy", "energy", "not-a-password", pool_size=2)


class FakeReadings(ReadingsRepository):
    """Keeps the readings by the plain model. Each group of batches arrives 1 s after the one before."""

    def __init__(self) -> None:
        self.history = ReadingHistory()
        self.error: Exception | None = None
        self.arrival = NOW

    @property
    def rows(self) -> dict[tuple[str, datetime], object]:
        """Returns the current versions by metering point and interval start."""
        return dict(self.history.current)

    def store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        if self.error:
            raise self.error
        counts = [self.history.store(batch, self.arrival) for batch in batches]
        self.arrival += timedelta(seconds=1)
        return counts

    def page(
        self, metering_point: str, start: datetime, end: datetime, limit: int, known_at: datetime | None = None
    ) -> list[StoredReading]:
        known = self.history.known(metering_point, known_at)
        return [each for each in known if start <= each.interval_start < end][:limit]

    def revisions(self, metering_point: str, start: datetime, end: datetime, limit: int) -> list[Revision]:
        found = [each for each in self.history.revisions(metering_point) if start <= each.reading.interval_start < end]
        shown = sorted({each.reading.interval_start for each in found})[:limit]
        return [each for each in found if each.reading.interval_start in shown]

    def day_sums(self, metering_point: str, starts: Sequence[datetime]) -> list[DaySum]:
        return self.history.day_sums(metering_point, starts)


@contextmanager
def running_app(
    readings: FakeReadings, settings: Settings = SETTINGS, query_alarms: Callable[..., Any] | None = None
) -> Iterator[AsgiClient]:
    """Yields a client of the app with `readings`, at `NOW`. An exception of the app gives status 500.

    `query_alarms` makes DynamoDB's call `Query`.
    """
    writer = create_writer(settings, readings, lambda _: None)
    components = replace(Components.create(settings, now=lambda: NOW), readings=readings, writer=writer)
    if query_alarms:
        components = replace(components, alarms=AlarmsTable("alarms", query_alarms))
    client = AsgiClient(create_app(components))
    try:
        yield client
    finally:
        client.close()
        components.close()
