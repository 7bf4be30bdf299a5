"""Readings that tests send."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Zagreb")
QUARTER_HOUR = timedelta(minutes=15)
NETWORK_PARAMETERS = {
    "average_voltage_v": 231.5,
    "average_frequency_hz": 50.01,
    "voltage_drops": 1,
    "down_time_seconds": 30,
}


def quarter_hours(day: date) -> list[datetime]:
    """The interval starts of a local day, in UTC."""
    start = datetime.combine(day, time.min, ZONE).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time.min, ZONE).astimezone(UTC)
    return [start + index * QUARTER_HOUR for index in range((end - start) // QUARTER_HOUR)]


def reading(start: datetime, kwh: float = 0.25, **more: Any) -> dict[str, Any]:
    """One reading as the API takes it."""
    return {"interval_start": start.isoformat(), "consumption_kwh": kwh, **more}


def whole_day(day: date, **more: Any) -> list[dict[str, Any]]:
    """A reading for each quarter-hour of the day, each with a consumption of its own."""
    return [reading(start, round(0.1 + index / 1000, 3), **more) for index, start in enumerate(quarter_hours(day))]
