"""Makes readings, batches and clients for the service's integration tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, text

from domain.identity_headers import Identity
from service.components import Components
from service.http.app import create_app
from service.readings.batch import Batch
from service.readings.fields import ALL_GIVEN
from service.readings.parser import Reading
from service.settings import Settings
from tests.support.asgi_client import AsgiClient

METERING_POINT = "DE0005626680-AO6G"
PATH = f"/v1/metering-points/{METERING_POINT}/readings"
HEADERS = Identity(METERING_POINT).as_headers() | {"content-type": "application/json"}
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def start(number: int) -> datetime:
    """Returns the start of the quarter-hour with this number, counted from `MIDNIGHT`."""
    return MIDNIGHT + number * timedelta(minutes=15)


def reading(number: int, kwh: str = "0.25", **fields: Any) -> Reading:
    """Returns a reading with every field."""
    return Reading(start(number), Decimal(kwh), quality="measured", given=ALL_GIVEN)._replace(**fields)


def sent(*readings: Reading, to: str = METERING_POINT, reported_at: datetime | None = None) -> Batch:
    return Batch(to, readings, reported_at=reported_at)


def batch(*numbers: int, kwh: float = 0.25) -> dict[str, Any]:
    """Returns the body of a POST."""
    return {"readings": [{"interval_start": start(number).isoformat(), "consumption_kwh": kwh} for number in numbers]}


def rows(engine: Engine) -> list[tuple[Any, ...]]:
    """Returns (metering point, consumption, versions) of each reading, in key order."""
    with engine.connect() as connection:
        found = connection.execute(
            text(
                "SELECT billing_metering_point_number, consumption_kwh, 1 + ("
                "   SELECT count(*) FROM energy_consumption_history AS former"
                "   WHERE former.billing_metering_point_number = stored.billing_metering_point_number"
                "   AND former.interval_start = stored.interval_start)"
                " FROM energy_consumption AS stored ORDER BY billing_metering_point_number, interval_start"
            )
        )
        return [tuple(row) for row in found]


@contextmanager
def running(settings: Settings) -> Iterator[tuple[AsgiClient, Components]]:
    """Yields a client of the app with these settings, and the app's components."""
    components = Components.create(settings)
    client = AsgiClient(create_app(components))
    try:
        yield client, components
    finally:
        client.close()
        components.close()
