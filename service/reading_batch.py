"""A POST body's value checked and turned into readings; the same table describes it in OpenAPI."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from lambdas.shared.days import format_instant
from lambdas.shared.readings import MAX_READINGS_PER_REQUEST
from service import problems
from service.problems import ItemError
from service.reading_fields import EARLIEST, FIELDS


class Reading(NamedTuple):
    """One quarter-hour as a customer reports it.

    `interval_start` is in UTC; voltage in V, frequency in Hz, down time in seconds; None is not measured.
    """

    interval_start: datetime
    consumption_kwh: Decimal
    average_voltage_v: float | None = None
    average_frequency_hz: float | None = None
    voltage_drops: int | None = None
    down_time_seconds: int | None = None


def parse(document: Any, now: datetime, oldest: datetime = EARLIEST) -> list[Reading]:
    """The readings of `{"readings": [...]}` in the order of their interval starts, none before `oldest`.

    Raises a 422 problem that lists the offending items.
    """
    items = _items(document)
    readings: list[Reading] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        found = _reading(item, index, now, oldest)
        if isinstance(found, Reading):
            readings.append(found)
        else:
            errors.extend(found)
    errors.extend([] if errors else _repeated(readings))
    if errors:
        raise problems.invalid_readings(errors)
    return sorted(readings, key=lambda reading: reading.interval_start)


def _items(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise problems.invalid_readings([ItemError("body", 'must be an object: {"readings": [...]}')])
    errors = [_unknown(name) for name in document if name != "readings"]
    items = document.get("readings")
    if "readings" not in document:
        errors.append(ItemError("readings", "is missing"))
    elif not isinstance(items, list) or not 1 <= len(items) <= MAX_READINGS_PER_REQUEST:
        held = f", not {len(items)}" if isinstance(items, list) else ""
        errors.append(ItemError("readings", f"must be a list of 1 to {MAX_READINGS_PER_REQUEST} readings{held}"))
    if errors or not isinstance(items, list):
        raise problems.invalid_readings(errors)
    return items


def _reading(item: Any, index: int, now: datetime, oldest: datetime) -> Reading | list[ItemError]:
    if not isinstance(item, dict):
        return [ItemError("reading", "must be an object", index)]
    errors = [_unknown(name, index) for name in item if name not in FIELDS]
    values: dict[str, Any] = {}
    for name, field in FIELDS.items():
        if name not in item:
            if field.required:
                errors.append(ItemError(name, "is missing", index))
            continue
        try:
            values[name] = field.read(item[name], now)
        except ValueError as error:
            errors.append(ItemError(name, str(error), index))
    if not errors and values["interval_start"] < oldest:
        reason = f"is past the readings' retention: the oldest that are kept start at {format_instant(oldest)}"
        errors.append(ItemError("interval_start", reason, index))
    return errors or Reading(**values)


def _repeated(readings: Sequence[Reading]) -> list[ItemError]:
    first_at: dict[datetime, int] = {}
    errors = []
    for index, reading in enumerate(readings):
        first = first_at.setdefault(reading.interval_start, index)
        if first != index:
            for at, other in ((first, index), (index, first)):
                errors.append(ItemError("interval_start", f"is the same as that of reading {other}", at))
    return errors


def _unknown(name: str, index: int | None = None) -> ItemError:
    return ItemError(name[:64], "is not a known field", index)
