"""Stores and reads a metering point's readings by SQL. The lists of columns follow the table of quantities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import batched

import msgspec
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from domain.readings import QUANTITIES
from service.postgres.connections import is_conflict
from service.readings.parser import Reading

ATTEMPTS = 3


def _each(template: str, separator: str = ", ") -> str:
    """Fills the template with every quantity's column, in order."""
    return separator.join(template.format(column=quantity.column) for quantity in QUANTITIES)


def _lines(template: str, indent: int) -> str:
    """Does the same in lines of 3 columns. It indents all lines after the first."""
    lines = batched((template.format(column=quantity.column) for quantity in QUANTITIES), 3, strict=False)
    return f",\n{' ' * indent}".join(", ".join(line) for line in lines)


# One statement stores the batches of many metering points. It locks rows in the order of their keys, so that two
# statements with the same rows wait for each other and cannot deadlock. A new row has revision 1. A changed row has 2
# or more. A row with the same values is locked, but not written and not returned.
STORE = f"""
WITH batch AS (
    SELECT *
    FROM unnest({", ".join(f"${number}" for number in range(1, len(QUANTITIES) + 3))}) AS item (
        number, sample_time, {_each("{column}")}
    )
), written AS (
    INSERT INTO energy_consumption AS stored (
        billing_metering_point_number, sample_time, {_lines("{column}", 8)}, received_at, revision
    )
    SELECT number, sample_time, {_lines("{column}", 8)}, statement_timestamp(), 1
    FROM batch
    ORDER BY number, sample_time
    ON CONFLICT (billing_metering_point_number, sample_time) DO UPDATE SET
        {_each("{column} = excluded.{column}", ",\n        ")},
        received_at = excluded.received_at,
        revision = stored.revision + 1
    WHERE ({_lines("stored.{column}", 11)})
        IS DISTINCT FROM
          ({_lines("excluded.{column}", 11)})
    RETURNING stored.billing_metering_point_number AS number, stored.revision
)
SELECT number, count(*) FILTER (WHERE revision = 1), count(*) FILTER (WHERE revision > 1)
FROM written
GROUP BY number
"""  # noqa: S608

# The statement is prepared once for each connection. Parsing and planning are a third of the work of a small batch.
PREPARE_STORE = f"""
PREPARE store (bigint[], timestamptz[], {", ".join(f"{quantity.postgres_type}[]" for quantity in QUANTITIES)})
AS {STORE}
"""
EXECUTE_STORE = f"EXECUTE store (%s, %s, {', '.join('%s' for _ in QUANTITIES)})"

_ENCODER = msgspec.json.Encoder(decimal_format="number")

PAGE = text(f"""
SELECT sample_time, {_each("{column}")},
    received_at, revision
FROM energy_consumption
WHERE billing_metering_point_number = :number
    AND sample_time >= CAST(:start AS timestamptz) AND sample_time < CAST(:end AS timestamptz)
ORDER BY sample_time
LIMIT :limit
""")  # noqa: S608


@dataclass(frozen=True)
class StoredCounts:
    """The counts of a batch: new rows, rows with the same values as before, and changed rows."""

    stored: int
    duplicates: int
    revised: int


@dataclass(frozen=True)
class StoredReading:
    """A row of `energy_consumption`, in the order of `PAGE`. Times are aware."""

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
    """The readings of a metering point in one request. Their interval starts differ."""

    metering_point: int
    readings: Sequence[Reading]


class ReadingsRepository:
    """The readings in the database. `engine` is a pool."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def store(self, metering_point: int, readings: Sequence[Reading]) -> StoredCounts:
        """Stores one batch by `store_all`."""
        [counts] = self.store_all([Batch(metering_point, readings)])
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

    def page(self, metering_point: int, start: datetime, end: datetime, limit: int) -> list[StoredReading]:
        """Returns the first `limit` readings with `start` <= sample time < `end`, in the order of time."""
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
    """Returns the batches' rows by column, each as the text of an array. The server reads it faster than `ARRAY[...]`.

    https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
    """
    numbers = [batch.metering_point for batch in batches for _ in batch.readings]
    columns = zip(*(reading for batch in batches for reading in batch.readings), strict=True)
    return tuple(_array(column) for column in (numbers, *columns))


def _array(values: Sequence[object]) -> str:
    """Writes a Postgres array. It is a JSON list with other brackets: numbers, quoted times and null are the same."""
    return "{" + _ENCODER.encode(values)[1:-1].decode("ascii") + "}"
