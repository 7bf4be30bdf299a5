"""What the service's integration tests share."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from service.components import Components
from service.http.app import create_app
from service.http.identity import HEADER
from service.readings.parser import Reading
from service.settings import Settings
from tests.support.asgi_client import AsgiClient

METERING_POINT = 123_456_789_012_345_678
PATH = f"/v1/metering-points/{METERING_POINT}/readings"
HEADERS = {HEADER: str(METERING_POINT), "content-type": "application/json"}
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def start(number: int) -> datetime:
    """The start of the quarter-hour with this number, counted from `MIDNIGHT`."""
    return MIDNIGHT + number * timedelta(minutes=15)


def reading(number: int, kwh: str = "0.25", **fields: Any) -> Reading:
    return Reading(start(number), Decimal(kwh), **fields)


def batch(*numbers: int, kwh: float = 0.25) -> dict[str, Any]:
    """A POST's body."""
    return {"readings": [{"interval_start": start(number).isoformat(), "consumption_kwh": kwh} for number in numbers]}


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    """(metering point, consumption, revision) in key order."""
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT billing_metering_point_number, consumption_kwh, revision FROM energy_consumption"
                " ORDER BY billing_metering_point_number, sample_time"
            )
        )
        return [tuple(row) for row in found]


@contextmanager
def running(settings: Settings) -> Iterator[tuple[AsgiClient, Components]]:
    """A client of the app with these settings, and its parts."""
    components = Components.create(settings)
    client = AsgiClient(create_app(components))
    try:
        yield client, components
    finally:
        client.close()
        components.close()
