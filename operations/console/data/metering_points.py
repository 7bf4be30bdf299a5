"""Reads everything about one metering point out of published parts: readings, days, customer and corrections.

A day's readings are those of its newest publication, or of the newest one that was known at a chosen instant. The
parts are read by their S3 versions. So an earlier state is exactly the one that was published.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from domain.customer_rows import COLUMNS as CUSTOMER_COLUMNS
from domain.customer_rows import customer_of
from domain.customers import KEY, Customer
from domain.publications import Publication
from domain.readings import CONSUMPTION, QUANTITIES
from operations.console.data.part_rows import PartRows, Row
from operations.console.data.publications import shard_of

VALUES = tuple(quantity.column for quantity in QUANTITIES)
_READING = (
    "interval_start",
    "interval_minutes",
    *VALUES,
    "quality",
    "quality_code",
    "findings",
    "validated_kwh",
    "validated_by",
)
_FINDING = ("code", "severity", "intervals", "details")
_DAY = ("kwh", "readings", "expected", "codes", "alarms")
_CUSTOMER = tuple(name for name in CUSTOMER_COLUMNS if name != KEY)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AT_ONCE = 8


class Published(Protocol):
    """The publications of all days."""

    def days(self) -> Mapping[date, int]:
        """Returns the number of the newest publication of each day."""

    def numbers(self, day: date) -> Sequence[int]:
        """Returns the numbers of a day's publications, in order."""

    def read(self, day: date, number: int) -> Publication:
        """Returns a publication."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of a metering point: the reported values, and the value to use. `values` has the `VALUES`."""

    start: datetime
    minutes: int
    kwh: Decimal | None
    """The reported consumption."""
    values: Mapping[str, Any]
    quality: str | None
    """What the sender says of the reading. It is None where there is no reading, only an estimate."""
    quality_code: int
    findings: tuple[str, ...]
    validated_kwh: Decimal | None
    validated_by: str | None

    @property
    def end(self) -> datetime:
        """The instant after the interval."""
        return self.start + timedelta(minutes=self.minutes)

    def kw(self, column: str = CONSUMPTION.column) -> float | None:
        """Returns the mean power of an energy, in kW."""
        energy = self.values[column]
        return None if energy is None else float(energy) * 60 / self.minutes


@dataclass(frozen=True, slots=True)
class PointDay:
    """The summary of a metering point's day, as its publication has it. `codes` are those of its findings."""

    date: date
    publication: int
    kwh: Decimal
    readings: int
    expected: int
    codes: tuple[str, ...]
    alarms: int


@dataclass(frozen=True, slots=True)
class PointFinding:
    """What a check found on the metering point's day. `starts` has the first intervals that show it (RFC 3339)."""

    date: date
    code: str
    severity: str
    starts: tuple[str, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Correction:
    """An interval whose reported consumption a publication changed. None stands for no reading."""

    date: date
    publication: int
    known_at: datetime
    start: datetime
    before: Decimal | None
    after: Decimal | None


class MeteringPoints:
    """The metering points of the publications."""

    def __init__(self, published: Published, rows: PartRows) -> None:
        self._published, self._rows = published, rows
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="publications")

    def as_known(self, days: Iterable[date], at: datetime | None = None) -> list[Publication]:
        """Returns the newest publication of each day, or the newest one whose readings were known at `at`.

        A day without one is left out. Raises `ObjectMissingError`, `InvalidPublicationError`, and S3's own errors.
        """
        return [found for found in self._pool.map(lambda day: self._as_known(day, at), days) if found is not None]

    def states(self, days: Iterable[date]) -> list[Publication]:
        """Returns all publications of these days, by the instant whose knowledge they are. Raises the same errors."""
        found = [each for several in self._pool.map(self._all, days) for each in several]
        return sorted(found, key=lambda each: (each.as_known_at, each.date, each.number))

    def readings(self, number: str, publications: Sequence[Publication]) -> list[Interval]:
        """Returns the intervals of these publications in order of time. Raises the errors of `PartRows`."""
        parts = [shard_of(each, number).enriched for each in publications]
        found = self._rows.of_number(parts, number, _READING)
        return sorted((_interval(row) for rows in found for row in rows), key=lambda each: each.start)

    def days(self, number: str, publications: Sequence[Publication]) -> list[PointDay]:
        """Returns the summaries of these publications. A day without due readings is left out."""
        parts = [shard_of(each, number).days for each in publications]
        found = self._rows.of_number(parts, number, _DAY)
        return [
            PointDay(
                each.date, each.number, row["kwh"], row["readings"], row["expected"], tuple(row["codes"]), row["alarms"]
            )
            for each, rows in zip(publications, found, strict=True)
            for row in rows
        ]

    def findings(self, number: str, publications: Sequence[Publication]) -> list[PointFinding]:
        """Returns the findings on the metering point, in order of the days."""
        parts = [shard_of(each, number).findings for each in publications]
        found = self._rows.of_number(parts, number, _FINDING)
        return [
            PointFinding(
                each.date,
                row["code"],
                row["severity"],
                tuple(json.loads(row["intervals"])),
                json.loads(row["details"]),
            )
            for each, rows in zip(publications, found, strict=True)
            for row in rows
        ]

    def customer(self, number: str, publication: Publication) -> Customer | None:
        """Returns the customer as this publication used it, or None where it has no such customer."""
        (rows,) = self._rows.of_number([shard_of(publication, number).customers], number, _CUSTOMER)
        return customer_of((number, *rows[0].values())) if rows else None

    def corrections(self, number: str, states: Iterable[Publication]) -> list[Correction]:
        """Returns the intervals that later publications of a day changed, the latest publication first."""
        by_day: dict[date, list[Publication]] = {}
        for each in sorted(states, key=lambda each: each.number):
            by_day.setdefault(each.date, []).append(each)
        found = [
            correction
            for several in by_day.values()
            for pair in pairwise(several)
            for correction in self._between(number, *pair)
        ]
        return sorted(found, key=lambda each: (-each.known_at.timestamp(), each.date, each.start))

    def numbers(self, prefix: str, publication: Publication, most: int) -> list[str]:
        """Returns the first numbers of a publication's customers that begin with the prefix."""
        shards = publication.shards[_index(publication, prefix) :]
        return self._rows.numbers((shard.customers for shard in shards), prefix, most)

    def _as_known(self, day: date, at: datetime | None) -> Publication | None:
        numbers = self._numbers(day)
        for number in reversed(numbers if at else numbers[-1:]):
            publication = self._published.read(day, number)
            if at is None or publication.as_known_at <= at:
                return publication
        return None

    def _all(self, day: date) -> list[Publication]:
        return [self._published.read(day, number) for number in self._numbers(day)]

    def _numbers(self, day: date) -> Sequence[int]:
        newest = self._published.days().get(day)
        # Most days have one publication. Only for others is it worth a request to list them.
        return [newest] if newest == 1 else self._published.numbers(day) if newest else []

    def _between(self, number: str, former: Publication, later: Publication) -> Iterator[Correction]:
        if shard_of(former, number).exported == shard_of(later, number).exported:
            return
        before, after = (self._reported(number, each) for each in (former, later))
        for start in sorted(before.keys() | after.keys()):
            if before.get(start) != after.get(start):
                yield Correction(
                    later.date, later.number, later.as_known_at, start, before.get(start), after.get(start)
                )

    def _reported(self, number: str, publication: Publication) -> dict[datetime, Decimal]:
        return {each.start: each.kwh for each in self.readings(number, [publication]) if each.kwh is not None}


def _index(publication: Publication, number: str) -> int:
    return bisect_right(publication.boundaries, number)


def _interval(row: Row) -> Interval:
    return Interval(
        _EPOCH + timedelta(microseconds=row["interval_start"]),
        row["interval_minutes"],
        row[CONSUMPTION.column],
        {name: row[name] for name in VALUES},
        row["quality"],
        row["quality_code"],
        tuple(row["findings"] or ()),
        row["validated_kwh"],
        row["validated_by"],
    )
