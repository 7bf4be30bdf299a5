"""Checks the value of a POST body and turns it into readings. The same table describes it in OpenAPI.

Two parsers use the rules here and in `service.readings.fields`. `parse` gives all reasons of a refusal.
`service.readings.fast_parser` is fast and gives no reasons. Each reads the values from its own JSON decoder. Only
`is_number_taken`, `Field.read` and `whole` decide which readings are accepted.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from domain.readings import MAX_READINGS_PER_REQUEST
from service import problems
from service.problems import ItemError
from service.readings.fields import FIELDS, Terms


class Reading(NamedTuple):
    """One quarter-hour as a customer reports it.

    `interval_start` is in UTC. `domain.readings` has the units. None stands for a value that was not measured.
    """

    interval_start: datetime
    consumption_kwh: Decimal
    average_voltage_v: float | None = None
    average_frequency_hz: float | None = None
    voltage_drops: int | None = None
    down_time_seconds: int | None = None


def parse(document: Any, terms: Terms) -> list[Reading]:
    """Returns the readings of `{"readings": [...]}` in the order of their interval starts.

    Raises a 422 problem that lists the offending items.
    """
    items = _items(document)
    readings: list[Reading] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        found = _reading(item, index, terms)
        if isinstance(found, Reading):
            readings.append(found)
        else:
            errors.extend(found)
    if errors:
        raise problems.invalid_readings(errors)
    return whole(readings)


def is_number_taken(items: int) -> bool:
    """Returns whether a batch may have so many readings."""
    return 1 <= items <= MAX_READINGS_PER_REQUEST


def whole(readings: Sequence[Reading]) -> list[Reading]:
    """Returns the accepted readings of a batch in the order of their interval starts.

    Raises a 422 problem where two readings have the same interval start.
    """
    if errors := _repeated(readings):
        raise problems.invalid_readings(errors)
    return sorted(readings)


def _items(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise problems.invalid_readings([ItemError("body", 'must be an object: {"readings": [...]}')])
    errors = [_unknown(name) for name in document if name != "readings"]
    items = document.get("readings")
    if "readings" not in document:
        errors.append(ItemError("readings", "is missing"))
    elif not isinstance(items, list) or not is_number_taken(len(items)):
        held = f", not {len(items)}" if isinstance(items, list) else ""
        errors.append(ItemError("readings", f"must be a list of 1 to {MAX_READINGS_PER_REQUEST} readings{held}"))
    if errors or not isinstance(items, list):
        raise problems.invalid_readings(errors)
    return items


def _reading(item: Any, index: int, terms: Terms) -> Reading | list[ItemError]:
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
            [values[name]] = field.read([item[name]], terms)
        except ValueError as error:
            errors.append(ItemError(name, str(error), index))
    return errors or Reading(**values)


def _repeated(readings: Sequence[Reading]) -> list[ItemError]:
    if len({reading.interval_start for reading in readings}) == len(readings):
        return []
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
