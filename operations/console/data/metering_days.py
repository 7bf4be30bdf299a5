"""A metering point's day out of the parts of a publication: customer, due intervals, values, findings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.customer_rows import COLUMNS as CUSTOMER_COLUMNS
from domain.customer_rows import customer_of
from domain.customers import KEY, Customer
from domain.days import LocalDay
from domain.publications import Publication, PublishedShard
from domain.readings import QUANTITIES
from lambdas.alerting.like_days import like_dates
from operations.console.data.parts import Parts
from operations.console.data.publications import PublishedList, shard_of

LATEST_LIKE_DAYS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUANTITY_COLUMNS = tuple(quantity.column for quantity in QUANTITIES)
_COLUMNS = (*QUANTITY_COLUMNS, "quality", "quality_code", "validated_kwh", "validated_by", "findings")


@dataclass(frozen=True)
class Interval:
    """One interval of a day. `values` has the columns of an enriched row that are not null."""

    start: datetime
    minutes: int
    is_due: bool
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kwh(self) -> float | None:
        """The consumption as it was reported, in kWh."""
        value = self.values.get("consumption_kwh")
        return None if value is None else float(value)

    @property
    def validated(self) -> float | None:
        """The value to use, in kWh."""
        value = self.values.get("validated_kwh")
        return None if value is None else float(value)

    @property
    def is_missing(self) -> bool:
        """Whether it is due and nothing was reported."""
        return self.is_due and self.kwh is None


@dataclass(frozen=True)
class DayFinding:
    """A finding on a metering point's day."""

    code: str
    severity: str
    version: int
    parameters: Mapping[str, Any]
    intervals: list[str]
    details: Mapping[str, Any]


@dataclass(frozen=True)
class DaySummary:
    """The row of a metering point in a part of `days/`."""

    date: date
    number: int
    """The number of the publication."""
    kwh: float | None
    readings: int
    expected: int
    minutes: int | None
    codes: list[str]
    alarms: int
    kwh_values: list[float]

    @property
    def is_complete(self) -> bool:
        """Whether no due interval is missing."""
        return self.readings >= self.expected


@dataclass(frozen=True)
class MeteringDay:
    """A metering point's day in one publication."""

    publication: Publication
    shard: PublishedShard
    customer: Customer | None
    intervals: list[Interval]
    findings: list[DayFinding]

    @property
    def missing(self) -> list[Interval]:
        """The due intervals without a reading."""
        return [interval for interval in self.intervals if interval.is_missing]

    @property
    def expected(self) -> int:
        """The number of due intervals."""
        return sum(interval.is_due for interval in self.intervals)


class MeteringDays:
    """Reads metering points' days."""

    def __init__(self, publications: PublishedList, parts: Parts, zone: ZoneInfo) -> None:
        self._publications, self._parts, self._zone = publications, parts, zone

    def day(self, publication: Publication, number: str) -> MeteringDay:
        """Reads a day. A metering point without a customer has no due intervals."""
        shard = shard_of(publication, number)
        self._parts.files([shard.customers, shard.enriched, shard.findings])
        customer = self._customer(shard, number)
        intervals = self._intervals(publication, shard, number, customer)
        return MeteringDay(publication, shard, customer, intervals, self._findings(shard, number))

    def summary(self, publication: Publication, number: str) -> DaySummary | None:
        """Reads the row of the days part, or None where the metering point has no due readings."""
        shard = shard_of(publication, number)
        rows = self._parts.query(
            f"SELECT kwh, readings, expected, minutes, codes, alarms, kwh_values"  # noqa: S608
            f" FROM {self._parts.tables([shard.days])} WHERE {KEY} = ?",
            [number],
        )
        if not rows:
            return None
        kwh, readings, expected, minutes, codes, alarms, values = rows[0]
        return DaySummary(
            publication.date, publication.number, None if kwh is None else float(kwh), readings or 0, expected or 0,
            minutes, list(codes), alarms, [float(value) for value in values or []],
        )  # fmt: skip

    def like_days(self, day: MeteringDay, number: str) -> list[DaySummary]:
        """Returns the latest like days that the judgement of the day had: complete and without alarms, newest first."""
        like = like_dates(LocalDay(day.publication.date, self._zone))
        found: list[DaySummary] = []
        for text, published in sorted(day.shard.judged_against.items(), reverse=True):
            if date.fromisoformat(text) in like:
                summary = self.summary(self._publications.read(date.fromisoformat(text), published), number)
                if summary and summary.is_complete and not summary.alarms and summary.kwh_values:
                    found.append(summary)
                if len(found) == LATEST_LIKE_DAYS:
                    break
        return found

    def _customer(self, shard: PublishedShard, number: str) -> Customer | None:
        rows = self._parts.query(
            f"SELECT {', '.join(CUSTOMER_COLUMNS)} FROM {self._parts.tables([shard.customers])} WHERE {KEY} = ?",  # noqa: S608
            [number],
        )
        return customer_of(rows[0]) if rows else None

    def _intervals(
        self, publication: Publication, shard: PublishedShard, number: str, customer: Customer | None
    ) -> list[Interval]:
        rows = self._parts.query(
            f"SELECT epoch_us(interval_start), interval_minutes, {', '.join(_COLUMNS)}"  # noqa: S608
            f" FROM {self._parts.tables([shard.enriched])} WHERE {KEY} = ?",
            [number],
        )
        there = {
            _EPOCH + timedelta(microseconds=start): (
                minutes,
                {name: value for name, value in zip(_COLUMNS, values, strict=True) if value is not None},
            )
            for start, minutes, *values in rows
        }
        due = customer.meter.due(LocalDay(publication.date, self._zone)) if customer and customer.active else ()
        lengths = {start: customer.meter.lengths.at(start) for start in due} if customer else {}
        return [
            Interval(
                start,
                there[start][0] if start in there else lengths[start],
                start in lengths and (start not in there or there[start][0] == lengths[start]),
                there[start][1] if start in there else {},
            )
            for start in sorted(there.keys() | lengths.keys())
        ]

    def _findings(self, shard: PublishedShard, number: str) -> list[DayFinding]:
        rows = self._parts.query(
            "SELECT code, severity, version, parameters, intervals, details"  # noqa: S608
            f" FROM {self._parts.tables([shard.findings])} WHERE {KEY} = ?",
            [number],
        )
        return [DayFinding(row[0], row[1], row[2], *map(json.loads, row[3:])) for row in rows]
