"""Stores and reads the readings of metering points. `store_sql` and `read_sql` have the SQL."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Engine, TextClause
from sqlalchemy.exc import DBAPIError

from service.postgres.connections import is_conflict
from service.readings.batch import Batch, StoredCounts
from service.readings.read_sql import DAYS, KNOWN_PAGE, PAGE, REVISIONS
from service.readings.store_sql import EXECUTE_STORE, PREPARE_STORE, SUPERSEDED, bounds, columns

ATTEMPTS = 3


class StoredReading(NamedTuple):
    """A version of a reading, with the columns of `read_sql.PAGE` in order. Times are aware."""

    interval_start: datetime
    interval_minutes: int
    consumption_kwh: Decimal | None
    production_kwh: Decimal | None
    reactive_kvarh: Decimal | None
    average_voltage_v: float | None
    average_frequency_hz: float | None
    voltage_drops: int | None
    down_time_seconds: int | None
    quality: str | None
    reported_at: datetime
    received_at: datetime


class Revision(NamedTuple):
    """A version with its place in the history. The current version has not been replaced."""

    reading: StoredReading
    withdrawn: bool
    replaced_at: datetime | None


class DaySum(NamedTuple):
    """The sums of a day's readings, in kWh. A sum of no values is None."""

    received: int
    consumption_kwh: Decimal | None
    production_kwh: Decimal | None


class ReadingsRepository:
    """The readings in the database. `engine` is a pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, batch: Batch) -> StoredCounts:
        """Stores one batch by `store_all`."""
        [counts] = self.store_all([batch])
        return counts

    def store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        """Writes all readings of `batches`, or none. Returns after the commit. The batches' metering points differ.

        A transaction that loses against another one is retried, up to `ATTEMPTS` attempts in total. Raises the driver's
        error where there is no partition for a day (`connections.lacks_partition`).
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._store_once(batches)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not is_conflict(error):
                    raise
        raise AssertionError("unreachable")

    def page(
        self, metering_point: str, start: datetime, end: datetime, limit: int, known_at: datetime | None = None
    ) -> list[StoredReading]:
        """Returns the first `limit` readings with `start` <= interval start < `end`, in the order of time.

        With `known_at` they are the versions that were stored at that instant.
        """
        parameters = {"number": metering_point, "start": start, "end": end, "limit": limit}
        statement: TextClause = PAGE
        if known_at is not None:
            statement, parameters["known"] = KNOWN_PAGE, known_at
        with self._engine.connect() as connection:
            return [StoredReading(*row) for row in connection.execute(statement, parameters)]

    def revisions(self, metering_point: str, start: datetime, end: datetime, limit: int) -> list[Revision]:
        """Returns every version of the first `limit` intervals with `start` <= interval start < `end`.

        They are in the order of the intervals. The versions of an interval are in the order in which they count.
        """
        parameters = {"number": metering_point, "start": start, "end": end, "limit": limit}
        with self._engine.connect() as connection:
            rows = connection.execute(REVISIONS, parameters)
            return [Revision(StoredReading(*row[:-2]), *row[-2:]) for row in rows]

    def day_sums(self, metering_point: str, starts: Sequence[datetime]) -> list[DaySum]:
        """Returns the sums of the days between neighbours of `starts`, which are ascending."""
        parameters = {"number": metering_point, "start": starts[0], "end": starts[-1], "starts": list(starts)}
        with self._engine.connect() as connection:
            found = {day: DaySum(*sums) for day, *sums in connection.execute(DAYS, parameters)}
        return [found.get(day, DaySum(0, None, None)) for day in range(1, len(starts))]

    def _store_once(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        with self._engine.begin() as connection:
            if "store" not in connection.info:
                connection.exec_driver_sql(PREPARE_STORE)
                connection.info["store"] = True
            rows = connection.exec_driver_sql(EXECUTE_STORE, columns(batches)).all()
            written = {number: (stored, revised) for number, stored, revised in rows}
            # A version that was not written is a duplicate or superseded. If this part fails, the caller sends the
            # batch again, which stores nothing twice and gets here again.
            late = [batch for batch in batches if _may_be_superseded(batch, *written.get(batch.metering_point, (0, 0)))]
            superseded: dict[str, int] = {}
            if late:
                rows = connection.exec_driver_sql(SUPERSEDED, (*columns(late), *bounds(late), *bounds(late))).all()
                superseded = dict(rows)
        return [
            _counts(batch, *written.get(batch.metering_point, (0, 0)), superseded.get(batch.metering_point, 0))
            for batch in batches
        ]


def _may_be_superseded(batch: Batch, stored: int, revised: int) -> bool:
    return batch.reported_at is not None and stored + revised < len(batch.readings)


def _counts(batch: Batch, stored: int, revised: int, superseded: int) -> StoredCounts:
    duplicates = len(batch.readings) + batch.repeats - stored - revised - superseded
    # Below 0 where another batch has superseded this one between its 2 statements.
    return StoredCounts(stored, max(duplicates, 0), revised, superseded)
