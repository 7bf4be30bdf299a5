"""Models the readings and their history in plain Python. The SQL of `service.readings.store_sql` must agree with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from domain.readings import QUALITIES
from service.readings.batch import Batch, StoredCounts
from service.readings.fields import GIVEN
from service.readings.parser import Reading
from service.readings.repository import DaySum, Revision, StoredReading

Key = tuple[str, datetime]
_VALUES = Reading._fields[1:-1]
"""The quantities and the quality."""


@dataclass(frozen=True)
class Version:
    """A version of a reading. `values` has the length, the quantities, the quality, and whether it is a withdrawal."""

    reported_at: datetime
    values: tuple[Any, ...]
    received_at: datetime

    def rank(self) -> tuple[Any, ...]:
        """Returns the place among the versions of an interval. Null is greater than any value."""
        return self.reported_at, *((value is None, 0 if value is None else value) for value in self.values)


@dataclass
class ReadingHistory:
    """Holds the current version of each interval, and the replaced and superseded versions with the time of it."""

    current: dict[Key, Version] = field(default_factory=dict)
    former: dict[Key, list[tuple[Version, datetime]]] = field(default_factory=lambda: defaultdict(list))

    def store(self, batch: Batch, arrival: datetime) -> StoredCounts:
        """Stores a batch that arrives at `arrival`, which is after all arrivals before."""
        outcomes = [self._store(batch, reading, arrival) for reading in batch.readings]
        outcomes += ["duplicates"] * batch.repeats
        return StoredCounts(**{each: outcomes.count(each) for each in StoredCounts.__dataclass_fields__})

    def versions(self, key: Key) -> list[tuple[Version, datetime | None]]:
        """Returns the versions of an interval in the order in which they count."""
        found: list[tuple[Version, datetime | None]] = [*self.former.get(key, ()), (self.current[key], None)]
        return sorted(found, key=lambda each: (each[0].reported_at, each[0].received_at, each[1] is None, each[1]))

    def known(self, metering_point: str, instant: datetime | None) -> list[StoredReading]:
        """Returns the readings as they were known at an instant, or as they are, in the order of time."""
        found = []
        for key in sorted(self.current):
            for version, replaced_at in self.versions(key):
                is_known = (
                    replaced_at is None
                    if instant is None
                    else (version.received_at <= instant and (replaced_at is None or instant < replaced_at))
                )
                if key[0] == metering_point and is_known and not version.values[-1]:
                    found.append(as_stored(key[1], version))
        return found

    def revisions(self, metering_point: str) -> list[Revision]:
        """Returns every version of the metering point, in the order of the intervals."""
        return [
            Revision(as_stored(key[1], version), version.values[-1], replaced_at)
            for key in sorted(self.current)
            if key[0] == metering_point
            for version, replaced_at in self.versions(key)
        ]

    def day_sums(self, metering_point: str, starts: Sequence[datetime]) -> list[DaySum]:
        """Returns the sums of the days between neighbours of `starts`."""
        readings = self.known(metering_point, None)
        days = [[each for each in readings if start <= each.interval_start < end] for start, end in pairwise(starts)]
        return [
            DaySum(len(day), _sum(each.consumption_kwh for each in day), _sum(each.production_kwh for each in day))
            for day in days
        ]

    def _store(self, batch: Batch, reading: Reading, arrival: datetime) -> str:
        key = batch.metering_point, reading.interval_start
        stored = self.current.get(key)
        version = _merged(batch, reading, stored, arrival)
        if stored is None:
            self.current[key] = version
            return "stored"
        is_ordered = batch.reported_at is not None
        if version.rank() > stored.rank() if is_ordered else version.values != stored.values:
            self._keep(key, stored, arrival)
            self.current[key] = version
            return "revised" if version.values != stored.values else "duplicates"
        if is_ordered and version.rank() < stored.rank():
            self._keep(key, version, arrival)
            return "superseded"
        return "duplicates"

    def _keep(self, key: Key, version: Version, replaced_at: datetime) -> None:
        if all(version.rank() != kept.rank() for kept, _ in self.former[key]):
            self.former[key].append((version, replaced_at))


def as_stored(start: datetime, version: Version) -> StoredReading:
    """Returns the version as the repository reads it."""
    return StoredReading._make((start, *version.values[:-1], version.reported_at, version.received_at))


def _merged(batch: Batch, reading: Reading, stored: Version | None, arrival: datetime) -> Version:
    minutes = batch.lengths.at(reading.interval_start)
    before = dict(zip(_VALUES, stored.values[1:-1], strict=True)) if stored else {}
    values = {
        name: getattr(reading, name) if name not in GIVEN or reading.given & GIVEN[name] else before.get(name)
        for name in _VALUES
    }
    if values["quality"] is None and not batch.is_withdrawal:
        values["quality"] = QUALITIES[0]
    reported_at = batch.reported_at
    if reported_at is None:
        reported_at = max(arrival, stored.reported_at) if stored else arrival
    return Version(reported_at, (minutes, *values.values(), batch.is_withdrawal), arrival)


def _sum(values: Iterable[Any]) -> Any:
    measured = [value for value in values if value is not None]
    return sum(measured) if measured else None
