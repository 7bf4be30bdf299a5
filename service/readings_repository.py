"""The SQL of a metering point's readings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.database import is_conflict, lacks_partition
from service.reading_batch import Reading

ATTEMPTS = 3

# One statement for the whole batch. Rows are locked in key order, so that two batches that overlap wait
# for each other and cannot deadlock. A row that is written for the first time has revision 1 and one that
# is changed has 2 or more; a row that is the same already is locked, not written, and not returned.
STORE = text("""
WITH batch AS (
    SELECT *
    FROM unnest(
        CAST(:starts AS timestamptz[]), CAST(:consumptions AS numeric[]),
        CAST(:voltages AS double precision[]), CAST(:frequencies AS double precision[]),
        CAST(:drops AS integer[]), CAST(:down_times AS integer[])
    ) AS item (sample_time, consumption_kwh, average_voltage, average_frequency, voltage_drops, down_time_period)
), written AS (
    INSERT INTO energy_consumption AS stored (
        billing_metering_point_number, sample_time, consumption_kwh, average_voltage, average_frequency,
        voltage_drops, down_time_period, received_at, revision
    )
    SELECT :number, sample_time, consumption_kwh, average_voltage, average_frequency,
        voltage_drops, down_time_period, statement_timestamp(), 1
    FROM batch
    ORDER BY sample_time
    ON CONFLICT (billing_metering_point_number, sample_time) DO UPDATE SET
        consumption_kwh = excluded.consumption_kwh,
        average_voltage = excluded.average_voltage,
        average_frequency = excluded.average_frequency,
        voltage_drops = excluded.voltage_drops,
        down_time_period = excluded.down_time_period,
        received_at = excluded.received_at,
        revision = stored.revision + 1
    WHERE (stored.consumption_kwh, stored.average_voltage, stored.average_frequency,
           stored.voltage_drops, stored.down_time_period)
        IS DISTINCT FROM
          (excluded.consumption_kwh, excluded.average_voltage, excluded.average_frequency,
           excluded.voltage_drops, excluded.down_time_period)
    RETURNING stored.revision
)
SELECT count(*) FILTER (WHERE revision = 1) AS stored, count(*) FILTER (WHERE revision > 1) AS revised
FROM written
""")

PAGE = text("""
SELECT sample_time, consumption_kwh, average_voltage, average_frequency, voltage_drops, down_time_period,
    received_at, revision
FROM energy_consumption
WHERE billing_metering_point_number = :number
    AND sample_time >= CAST(:start AS timestamptz) AND sample_time < CAST(:end AS timestamptz)
ORDER BY sample_time
LIMIT :limit
""")


@dataclass(frozen=True)
class StoredCounts:
    """What became of a batch: new rows, rows that were the same already, rows that were changed."""

    stored: int
    duplicates: int
    revised: int


@dataclass(frozen=True)
class StoredReading:
    """A row of `energy_consumption`; times are aware."""

    sample_time: datetime
    consumption_kwh: Decimal
    average_voltage: float | None
    average_frequency: float | None
    voltage_drops: int | None
    down_time_period: int | None
    received_at: datetime
    revision: int


class ReadingsRepository:
    """The readings in the database behind `engine`; `make_room` makes the partitions of interval starts."""

    def __init__(self, engine: Engine, make_room: Callable[[Sequence[datetime]], None]) -> None:
        self._engine = engine
        self._make_room = make_room

    def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """Write all `readings`, whose interval starts differ, or none; return after the commit.

        A transaction that loses against another one, or that finds no partition for a day, is run again,
        `ATTEMPTS` times in all.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._store_once(metering_point, readings)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not self._may_succeed_now(error, readings):
                    raise
        raise AssertionError("unreachable")

    def _may_succeed_now(self, error: DBAPIError, readings: Sequence[Reading]) -> bool:
        if lacks_partition(error):
            self._make_room([reading.interval_start for reading in readings])
            return True
        return is_conflict(error)

    def page(self, metering_point: int, start: datetime, end: datetime, limit: int) -> list[StoredReading]:
        """The first `limit` readings with `start` <= sample time < `end`, in time order."""
        parameters = {"number": metering_point, "start": start, "end": end, "limit": limit}
        with self._engine.connect() as connection:
            return [StoredReading(*row) for row in connection.execute(PAGE, parameters)]

    def _store_once(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        parameters = {
            "number": metering_point,
            "starts": [reading.interval_start for reading in readings],
            "consumptions": [reading.consumption_kwh for reading in readings],
            "voltages": [reading.average_voltage_v for reading in readings],
            "frequencies": [reading.average_frequency_hz for reading in readings],
            "drops": [reading.voltage_drops for reading in readings],
            "down_times": [reading.down_time_seconds for reading in readings],
        }
        with self._engine.begin() as connection:
            row = connection.execute(STORE, parameters).one()
        return StoredCounts(row.stored, len(readings) - row.stored - row.revised, row.revised)
