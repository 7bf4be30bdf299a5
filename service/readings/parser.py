"""Checks the value of a POST body and turns it into a delivery. The same table describes it in OpenAPI.

Two parsers use the rules here, in `fields` and in `times`. `parse` gives all reasons of a refusal.
`service.readings.fast_parser` is fast and gives no reasons. Each reads the values from its own JSON decoder. Only
`is_number_taken`, `reported_at`, `Field.read`, `judge_down_time` and `whole` decide which readings are accepted.
"""

import operator
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from domain.days import format_instant
from domain.readings import MAX_READINGS_PER_REQUEST
from service import problems
from service.problems import ItemError
from service.readings.fields import FIELDS, GIVEN
from service.readings.times import Terms, parse_time


class Reading(NamedTuple):
    """One interval as a customer reports it.

    `interval_start` is in UTC. `domain.readings` has the units. None stands for a value that is null or was left out.
    `given` has the bits (`fields.GIVEN`) of the optional fields that were not left out. Only a withdrawal has no
    consumption.
    """

    interval_start: datetime
    consumption_kwh: Decimal | None
    production_kwh: Decimal | None = None
    reactive_kvarh: Decimal | None = None
    average_voltage_v: float | None = None
    average_frequency_hz: float | None = None
    voltage_drops: int | None = None
    down_time_seconds: int | None = None
    quality: str | None = None
    given: int = 0


@dataclass(frozen=True)
class Delivery:
    """The readings of a body.

    The readings differ in their interval starts, and are in the order of them. `repeats` counts the further readings
    that were identical to one of them. `reported_at` is None where the body does not say it. `rejected` has the reasons
    of the readings that were left out, where the caller wants the other readings to be stored.
    """

    readings: list[Reading]
    repeats: int = 0
    reported_at: datetime | None = None
    rejected: tuple[ItemError, ...] = ()


def parse(document: Any, terms: Terms, *, skip: bool = False) -> Delivery:
    """Returns the delivery of `{"readings": [...], "reported_at": ...}`.

    Raises a 422 problem that lists the offending items. With `skip`, offending readings are rejected, and only a body
    of another shape is a problem.
    """
    items, reported = _parts(document, terms)
    readings: list[tuple[int, Reading]] = []
    errors: list[ItemError] = []
    for index, item in enumerate(items):
        found = _reading(item, index, terms)
        if isinstance(found, Reading):
            readings.append((index, found))
        else:
            errors.extend(found)
    contradictions = _contradictions([reading for _, reading in readings], [index for index, _ in readings])
    errors += contradictions
    if errors and not skip:
        raise problems.invalid_readings(errors)
    left_out = {error.index for error in contradictions}
    kept = [reading for index, reading in readings if index not in left_out]
    return Delivery(*_sorted(kept), reported, tuple(sorted(errors, key=lambda error: error.index or 0)))


def is_number_taken(items: int) -> bool:
    """Returns whether a batch may have so many readings."""
    return 1 <= items <= MAX_READINGS_PER_REQUEST


def reported_at(value: Any, terms: Terms) -> datetime:
    """Returns the instant at which the source made a version. Raises `ValueError` with the reason."""
    instant = parse_time(value)
    if instant > terms.now + terms.grid.tolerance:
        raise ValueError(f"is in the future: it is {format_instant(terms.now)} now")
    return instant


def whole(readings: Sequence[Reading], reported: datetime | None) -> Delivery:
    """Returns the delivery of accepted readings. Raises a 422 problem where two contradict each other."""
    if errors := _contradictions(readings, range(len(readings))):
        raise problems.invalid_readings(errors)
    return Delivery(*_sorted(readings), reported)


def judge_down_time(reading: Reading, terms: Terms) -> None:
    """Raises `ValueError` where the down time is longer than the interval."""
    seconds = terms.grid.lengths.at(reading.interval_start) * 60
    if reading.down_time_seconds is not None and reading.down_time_seconds > seconds:
        raise ValueError(f"must not be longer than the interval, which has {seconds} s")


def _sorted(readings: Sequence[Reading]) -> tuple[list[Reading], int]:
    """Returns the different readings in the order of their starts, and the number of repeats."""
    if _ascend(readings):
        return list(readings), 0
    different = set(readings)
    return sorted(different, key=_start), len(readings) - len(different)


def _ascend(readings: Sequence[Reading]) -> bool:
    """Returns whether each reading starts after the one before it, as nearly every meter sends them."""
    starts = list(map(_start, readings))
    return all(map(operator.lt, starts, islice(starts, 1, None)))


_start = operator.attrgetter("interval_start")


def _parts(document: Any, terms: Terms) -> tuple[list[Any], datetime | None]:
    """Returns the items of a body and its `reported_at`. Raises a 422 problem for a body of another shape."""
    if not isinstance(document, dict):
        raise problems.invalid_readings([ItemError("body", 'must be an object: {"readings": [...]}')])
    errors = [_unknown(name) for name in document if name not in ("readings", "reported_at")]
    items = document.get("readings")
    if "readings" not in document:
        errors.append(ItemError("readings", "is missing"))
    elif not isinstance(items, list) or not is_number_taken(len(items)):
        held = f", not {len(items)}" if isinstance(items, list) else ""
        errors.append(ItemError("readings", f"must be a list of 1 to {MAX_READINGS_PER_REQUEST} readings{held}"))
    reported = None
    if "reported_at" in document:
        try:
            reported = reported_at(document["reported_at"], terms)
        except ValueError as error:
            errors.append(ItemError("reported_at", str(error)))
    if errors or not isinstance(items, list):
        raise problems.invalid_readings(errors)
    return items, reported


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
    if errors:
        return errors
    reading = Reading(**values, given=sum(GIVEN[name] for name in values if name in GIVEN))
    try:
        judge_down_time(reading, terms)
    except ValueError as error:
        return [ItemError("down_time_seconds", str(error), index)]
    return reading


def _contradictions(readings: Sequence[Reading], indexes: Sequence[int]) -> list[ItemError]:
    """Returns an error for each reading that differs from another one of the same interval."""
    if _ascend(readings) or len(set(map(_start, readings))) == len(readings):
        return []
    of_interval: dict[datetime, list[tuple[int, Reading]]] = defaultdict(list)
    for index, reading in zip(indexes, readings, strict=True):
        of_interval[reading.interval_start].append((index, reading))
    errors = []
    for found in of_interval.values():
        for index, reading in found:
            other = next((at for at, each in found if each != reading), None)
            if other is not None:
                errors.append(
                    ItemError("interval_start", f"is the same as that of reading {other}, which differs", index)
                )
    return errors


def _unknown(name: str, index: int | None = None) -> ItemError:
    return ItemError(name[:64], "is not a known field", index)
