"""The SQL of a metering point's readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from service.postgres.connections import is_conflict
from service.readings.parser import Reading

ATTEMPTS = 3

# One statement for batches of many metering points. Rows are locked in key order, so that two that overlap wait
# for each other and cannot deadlock. A row that is written for the first time has revision 1 and one that is
# changed has 2 or more; a row that is the same already is locked, not written, and not returned.
STORE = """
WITH batch AS (
    SELECT *
    FROM unnest($1, $2, $3, $4, $5, $6, $7) AS item (
        number, sample_time, consumption_kwh, average_voltage, average_frequency, voltage_drops, down_time_period
    )
), written AS (
    INSERT INTO energy_consumption AS stored (
        billing_metering_point_number, sample_time, consumption_kwh, average_voltage, average_frequency,
        voltage_drops, down_time_period, received_at, revision
    )
    SELECT number, sample_time, consumption_kwh, average_voltage, average_frequency,
        voltage_drops, down_time_period, statement_timestamp(), 1
    FROM batch
    ORDER BY number, sample_time
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
    RETURNING stored.billing_metering_point_number AS number, stored.revision
)
SELECT number, count(*) FILTER (WHERE revision = 1), count(*) FILTER (WHERE revision > 1)
FROM written
GROUP BY number
"""

# Prepared once for each connection: parsing and planning it is a third of the work of a small batch.
PREPARE_STORE = f"""
PREPARE store (bigint[], timestamptz[], numeric[], double precision[], double precision[], integer[], integer[])
AS {STORE}
"""
EXECUTE_STORE = "EXECUTE store (%s, %s, %s, %s, %s, %s, %s)"

_ENCODER = msgspec.json.Encoder(decimal_format="number")

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


@dataclass(frozen=True)
class Batch:
    """What a metering point reports in one request: readings whose interval starts differ."""

    metering_point: int
    readings: Sequence[Reading]


class ReadingsRepository:
    """The readings in the database of `engine`, a pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """`store_all` of one batch."""
        [counts] = self.store_all([Batch(metering_point, readings)])
        return counts

    def store_all(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        """Write all readings of `batches`, whose metering points differ, or none; return after the commit.

        A transaction that loses against another one is run again, `ATTEMPTS` times in all. Raises the driver's error
        where there is no partition for a day (`database.lacks_partition`).
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._store_once(batches)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not is_conflict(error):
                    raise
        raise AssertionError("unreachable")

    def page(self, metering_point: int, start: datetime, end: datetime, limit: int) -> list[StoredReading]:
        """The first `limit` readings with `start` <= sample time < `end`, in time order."""
        parameters = {"number": metering_point, "start": start, "end": end, "limit": limit}
        with self._engine.connect() as connection:
            return [StoredReading(*row) for row in connection.execute(PAGE, parameters)]

    def _store_once(self, batches: Sequence[Batch]) -> list[StoredCounts]:
        with self._engine.begin() as connection:
            if "store" not in connection.info:
                connection.exec_driver_sql(PREPARE_STORE)
                connection.info["store"] = True
            rows = connection.exec_driver_sql(EXECUTE_STORE, columns(batches)).all()
        written = {number: (stored, revised) for number, stored, revised in rows}
        return [_counts(batch, *written.get(batch.metering_point, (0, 0))) for batch in batches]


def _counts(batch: Batch, stored: int, revised: int) -> StoredCounts:
    return StoredCounts(stored, len(batch.readings) - stored - revised, revised)


def columns(batches: Sequence[Batch]) -> tuple[str, ...]:
    """The batches' rows by column, each as an array's text: the server reads it faster than an ARRAY expression.

    https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
    """
    numbers = [batch.metering_point for batch in batches for _ in batch.readings]
    columns = zip(*(reading for batch in batches for reading in batch.readings), strict=True)
    return tuple(_array(column) for column in (numbers, *columns))


def _array(values: Sequence[object]) -> str:
    """JSON's list is Postgres's array but for the brackets: numbers, quoted times, and null in any case."""
    return "{" + _ENCODER.encode(values)[1:-1].decode("ascii") + "}"
