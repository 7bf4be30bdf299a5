"""The service's app over readings kept in memory."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from service.app import create_app
from service.components import Components
from service.reading_batch import Reading
from service.readings_repository import ReadingsRepository, StoredCounts, StoredReading
from service.settings import Settings

NOW = datetime(2026, 11, 23, 12, 7, tzinfo=UTC)
SETTINGS = Settings("database.invalid", "energy", "energy", "not-a-password", pool_size=2)


class FakeReadings(ReadingsRepository):
    """Keeps the latest reading of each interval; `stored` counts the batches."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, datetime], StoredReading] = {}
        self.error: Exception | None = None

    def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        if self.error:
            raise self.error
        for reading in readings:
            self.rows[metering_point, reading.interval_start] = StoredReading(
                reading.interval_start,
                reading.consumption_kwh,
                reading.average_voltage_v,
                reading.average_frequency_hz,
                reading.voltage_drops,
                reading.down_time_seconds,
                NOW,
                1,
            )
        return StoredCounts(len(readings), 0, 0)

    def page(self, metering_point: int, start: datetime, end: datetime, limit: int) -> list[StoredReading]:
        keys = sorted(key for key in self.rows if key[0] == metering_point and start <= key[1] < end)
        return [self.rows[key] for key in keys[:limit]]


class AsgiClient:
    """Calls the app without a socket, one request after the other."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://service.invalid")

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **options))

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


@contextmanager
def running_app(readings: FakeReadings, settings: Settings = SETTINGS) -> Iterator[AsgiClient]:
    """A client of the app with `readings`, at `NOW`; a call that the app lets fail answers 500."""
    components = replace(Components.create(settings, now=lambda: NOW), readings=readings)
    client = AsgiClient(create_app(components))
    try:
        yield client
    finally:
        client.close()
        components.close()
