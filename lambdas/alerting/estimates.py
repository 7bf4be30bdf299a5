"""Decides which value to use for the intervals that a finding shows. All other readings are used as they are.

A finding shows every interval without a reading, and every wrong value. So only metering points with findings leave
DuckDB. `domain.estimation` has the rule. `validated_rows.py` puts the result beside the readings.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

import duckdb

from domain.customer_meter import Meter
from domain.customers import KEY, Customer
from domain.days import LocalDay
from domain.estimation import (
    GAPS,
    LIKE_DAYS,
    MOST_DAYS,
    QUESTIONABLE,
    WRONG,
    Estimate,
    Given,
    Method,
    Quality,
    estimate,
    like_means,
)
from domain.findings import Finding
from domain.intervals import FINEST
from lambdas.alerting.measured_days import due_readings
from lambdas.alerting.past_days import LIKE_AGO, PAST, like_days
from lambdas.alerting.reported_days import ShardDay
from lambdas.runtime.duck import literal, parquet

_BATCH = 500
"""So many metering points' readings are in Python at once."""

type Like = tuple[date, int, Sequence[float]]
"""The date of a like day, the length of its intervals in minutes, and their values in kWh."""

_QUALITIES = {Method.INTERPOLATION: Quality.INTERPOLATED, Method.LIKE_DAYS: Quality.LIKE_DAYS}


@dataclass
class ShownPoint:
    """A metering point with findings, and the intervals that they show: a bit for each 5 minutes of the day."""

    number: str
    meter: Meter
    day: LocalDay
    masks: dict[str, int] = field(default_factory=dict)
    """By the code of the check."""

    @property
    def in_need(self) -> bool:
        """Whether an interval has no reading, or a wrong one."""
        return bool(self.masks.keys() & (GAPS | WRONG))

    @property
    def due(self) -> list[tuple[datetime, int]]:
        """The starts of the due intervals and their lengths in minutes, in order."""
        return [(start, self.meter.lengths.at(start)) for start in self.meter.due(self.day)]

    def slot(self, start: datetime) -> int:
        """Returns the number of an interval's first 5 minutes in the day."""
        return (start - self.day.start) // FINEST

    def show(self, code: str, intervals: Iterable[datetime]) -> None:
        """Adds the intervals of a finding."""
        self.masks[code] = 0
        for start in intervals:
            self.masks[code] |= 1 << self.slot(start)

    def codes(self, start: datetime) -> set[str]:
        """Returns the codes of the findings that show an interval."""
        slot = self.slot(start)
        return {code for code, mask in self.masks.items() if mask >> slot & 1}


class ShownIntervals:
    """Collects the metering points with findings."""

    def __init__(self, day: LocalDay) -> None:
        self._day = day
        self._points: dict[str, ShownPoint] = {}

    def note(self, customer: Customer, finding: Finding) -> None:
        """Adds a finding."""
        number = customer.metering_point
        point = self._points.setdefault(number, ShownPoint(number, customer.meter, self._day))
        point.show(finding.code, finding.evidence.intervals)

    def points(self) -> list[ShownPoint]:
        """Returns the metering points in the order of their numbers."""
        return [point for _, point in sorted(self._points.items())]


def exception_rows(duck: duckdb.DuckDBPyConnection, given: ShardDay, shown: ShownIntervals) -> Iterator[dict[str, Any]]:
    """Yields a row (`validated_rows.COLUMNS`) for each interval that a finding shows, by number and time.

    The table of earlier days (`past_days.PAST`) and those of the due intervals must be there.
    """
    for batch in batched(shown.points(), _BATCH, strict=False):
        in_need = [point.number for point in batch if point.in_need]
        readings, likes = _readings(duck, given, in_need), _likes(duck, given, in_need)
        for point in batch:
            if point.in_need:
                yield from _estimated_rows(point, readings.get(point.number, {}), likes[point.number])
            else:
                yield from (_kept_row(point, start, minutes) for start, minutes in point.due if point.codes(start))


def _estimated_rows(
    point: ShownPoint, given: Mapping[datetime, Given], likes: Sequence[Like]
) -> Iterator[dict[str, Any]]:
    due = point.due
    wrong = {start for start, _ in due if point.codes(start) & WRONG}
    estimates = estimate(due, given, wrong, like_means(due, likes, point.day.zone) if likes else {})
    for start, minutes in due:
        found = estimates.get(start)
        if found is None:
            if point.codes(start):
                yield _kept_row(point, start, minutes)
        elif start in given:
            yield _row(point, start, minutes) | _used(found)
        elif found.kwh is not None:
            codes = sorted(point.codes(start) | (point.masks.keys() & GAPS))
            yield _row(point, start, minutes) | _used(found) | {"absent": True, "codes": codes}


def _kept_row(point: ShownPoint, start: datetime, minutes: int) -> dict[str, Any]:
    questionable = Quality.QUESTIONABLE.value if point.codes(start) & QUESTIONABLE else None
    return _row(point, start, minutes) | {"kept": True, "quality_code": questionable, "kwh": None, "method": None}


def _row(point: ShownPoint, start: datetime, minutes: int) -> dict[str, Any]:
    about = {KEY: point.number, "slot": point.slot(start), "minutes": minutes}
    return {**about, "absent": False, "codes": sorted(point.codes(start))}


def _used(found: Estimate) -> dict[str, Any]:
    quality = _QUALITIES[found.method] if found.method else Quality.QUESTIONABLE
    return {"kept": False, "quality_code": quality.value, "kwh": found.kwh, "method": found.method}


def _readings(
    duck: duckdb.DuckDBPyConnection, given: ShardDay, numbers: Sequence[str]
) -> dict[str, dict[datetime, Given]]:
    """Returns the due readings of the metering points by their start."""
    if not numbers:
        return {}
    # A reading of 0 V is an outage of its whole interval.
    outage = "coalesce(down_time_seconds, 0) > 0 OR coalesce(average_voltage_v = 0, false)"
    rows = duck.execute(
        f"SELECT {KEY}, list(slot), list(consumption_kwh::DOUBLE), list({outage})"  # noqa: S608
        f" FROM ({due_readings(given.enriched, given.customers, given.day)})"
        f" WHERE {KEY} BETWEEN {literal(numbers[0])} AND {literal(numbers[-1])} AND {KEY} IN (SELECT unnest(?))"
        f" GROUP BY {KEY}",
        [list(numbers)],
    ).fetchall()
    return {
        number: {
            given.day.start + slot * FINEST: Given(kwh, outage) for slot, kwh, outage in zip(*columns, strict=True)
        }
        for number, *columns in rows
    }


def _likes(duck: duckdb.DuckDBPyConnection, given: ShardDay, numbers: Sequence[str]) -> dict[str, list[Like]]:
    """Returns for each metering point its latest like days: none where there are too few, or too many bad days."""
    found: dict[str, list[Like]] = {number: [] for number in numbers}
    if not numbers or not given.history:
        return found
    rows = duck.execute(
        f"SELECT {KEY}, {LIKE_AGO} FROM {PAST} WHERE len({LIKE_AGO}) >= {LIKE_DAYS} AND {KEY} IN (SELECT unnest(?))",  # noqa: S608
        [list(numbers)],
    ).fetchall()
    exhausted = _with_bad_days(duck, given, sorted(number for number, _ in rows))
    wanted = {number: list(ago) for number, ago in rows if number not in exhausted}
    if wanted:
        for number, days in like_days(duck, given.history, given.day, wanted).items():
            found[number] = [(each.date, each.minutes, each.values) for each in days]
    return found


def _with_bad_days(duck: duckdb.DuckDBPyConnection, given: ShardDay, numbers: Sequence[str]) -> set[str]:
    """Returns the metering points whose last `MOST_DAYS` days all have a gap or a wrong value.

    A silent metering point has no row in the day's part. A day without a publication counts as good.
    """
    bad = set(numbers)
    by_date = {each.date: each for each in given.history}
    codes = ", ".join(map(literal, sorted(GAPS | WRONG)))
    for ago in range(1, MOST_DAYS + 1):
        day = by_date.get(given.day.date - timedelta(days=ago))
        if not bad or day is None:
            return set()
        for path in day.files:
            good = duck.execute(
                f"SELECT {KEY} FROM {parquet(path)} WHERE {KEY} IN (SELECT unnest(?))"  # noqa: S608
                f" AND readings >= expected AND NOT list_has_any(codes, [{codes}])",
                [sorted(bad)],
            ).fetchall()
            bad -= {number for (number,) in good}
    return bad
