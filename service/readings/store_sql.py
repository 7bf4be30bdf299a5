"""The SQL that writes batches. The lists of columns follow the table of quantities.

A message merges with the stored version of its interval: an optional field that it omits keeps the stored value. Then
the order of versions decides. A message that says `reported_at` replaces the stored version if its pair of
`reported_at` and values is greater, and is kept in the history otherwise. So the order of arrival does not matter. A
message without `reported_at` replaces a stored version that has other values.

The trigger `keep_replaced` (`migrations`) copies each replaced version to the history, within the same statement.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

import msgspec

from domain.readings import QUALITIES, QUANTITIES
from service.readings.batch import Batch
from service.readings.fields import GIVEN
from service.readings.parser import Reading

REPORTED = 1
"""The bit of `given` that says: the message said its `reported_at`."""

REPLACES, CHANGES = 1 << 13, 1 << 14
"""The bits of `given` that say: this version replaced another one, and has other values. The counts come from them.

The server takes a tenth longer for a new reading where `RETURNING` compares the old row with the new one.
"""

VALUES = ("interval_minutes", *(quantity.column for quantity in QUANTITIES), "quality", "withdrawn")
"""The columns in which 2 versions of a reading can differ. Their order decides between versions of the same time."""

_MESSAGE = {
    "billing_metering_point_number": "text",
    "interval_minutes": "smallint",
    "reported_at": "timestamptz",
    "withdrawn": "boolean",
}
"""What all readings of a part share. A part is a batch, or what a batch has of one interval length."""

_ITEM = {
    "part": "smallint",
    "start": "bigint",
    "given": "smallint",
    **{quantity.column: quantity.postgres_type for quantity in QUANTITIES},
    "quality": "text",
}
"""What each reading has: the number of its part from 1 on, the seconds of its start since 1970, and its values."""

_TYPES = [*_MESSAGE.values(), *_ITEM.values()]
"""The types of the arrays of `columns`, in order."""

_COLUMNS = f"billing_metering_point_number, interval_start, given, {', '.join(VALUES)}, reported_at"


def _merged(new: str) -> Callable[[str], str]:
    """Returns the expression of a column's value after the message `new` has merged with the version `stored`."""

    def value(column: str) -> str:
        if column not in GIVEN:
            return f"{new}.{column}"
        kept = f"coalesce(stored.quality, '{QUALITIES[0]}')" if column == "quality" else f"stored.{column}"
        return f"CASE WHEN {new}.given & {GIVEN[column]} = 0 THEN {kept} ELSE {new}.{column} END"

    return value


def _row(value: Callable[[str], str], *, columns: Sequence[str] = VALUES) -> str:
    return "ROW(" + ", ".join(map(value, columns)) + ")"


def _version(value: Callable[[str], str]) -> str:
    """Returns the record by which versions are ordered. `record_gt` has an order for nulls, `>` has none.

    It needs the same collation for both texts.
    """
    return _row(
        lambda column: value(column) if column != "quality" else f'({value(column)}) COLLATE "C"',
        columns=("reported_at", *VALUES),
    )


def _of(table: str) -> Callable[[str], str]:
    return lambda column: f"{table}.{column}"


def _batch(arrays: Sequence[str]) -> str:
    """Returns the query of the rows to write, from the expressions of the arrays of `columns`.

    The numbers of parts and seconds are cheaper for the server to read than a text and a time for each reading. A
    column whose values are all null is sent as an empty array: `unnest` and the subscript give nulls.
    """
    message, items = arrays[: len(_MESSAGE)], arrays[len(_MESSAGE) :]
    shared = {name: f"({array})[part]" for name, array in zip(_MESSAGE, message, strict=True)}
    return f"""
    SELECT {shared["billing_metering_point_number"]} AS billing_metering_point_number,
        {shared["interval_minutes"]} AS interval_minutes,
        coalesce({shared["reported_at"]}, statement_timestamp()) AS reported_at,
        coalesce({shared["withdrawn"]}, false) AS withdrawn,
        part, to_timestamp(start) AS interval_start, given,
        {", ".join(quantity.column for quantity in QUANTITIES)},
        CASE WHEN given & {GIVEN["quality"]} = 0 THEN '{QUALITIES[0]}' ELSE quality END AS quality
    FROM unnest({", ".join(items)}) AS item ({", ".join(_ITEM)})
"""  # noqa: S608


_AFTER = _merged("excluded")

# One statement stores the batches of many metering points. It locks rows in the order of their keys, so that two
# statements with the same rows wait for each other and cannot deadlock: the parts are in the order of the numbers.
# `DO UPDATE` sees the newest version, also one that another transaction has just written.
STORE = f"""
WITH batch AS ({_batch([f"${number + 1}" for number in range(len(_TYPES))])}), written AS (
    INSERT INTO energy_consumption AS stored ({_COLUMNS}, received_at)
    SELECT {_COLUMNS}, statement_timestamp()
    FROM batch
    ORDER BY part, interval_start
    ON CONFLICT (billing_metering_point_number, interval_start) DO UPDATE SET
        {", ".join(f"{column} = {_AFTER(column)}" for column in VALUES)},
        given = excluded.given | {REPLACES}
            | CASE WHEN {_row(_AFTER)} IS DISTINCT FROM {_row(_of("stored"))} THEN {CHANGES} ELSE 0 END,
        reported_at = CASE WHEN excluded.given & {REPORTED} = 0
            THEN greatest(excluded.reported_at, stored.reported_at) ELSE excluded.reported_at END,
        received_at = greatest(excluded.received_at, stored.received_at)
    WHERE CASE WHEN excluded.given & {REPORTED} = 0
        THEN {_row(_AFTER)} IS DISTINCT FROM {_row(_of("stored"))}
        ELSE record_gt({_version(_AFTER)}, {_version(_of("stored"))}) END
    RETURNING stored.billing_metering_point_number AS number, stored.given
)
SELECT number, count(*) FILTER (WHERE given & {REPLACES} = 0), count(*) FILTER (WHERE given & {CHANGES} <> 0)
FROM written
GROUP BY number
"""  # noqa: S608

# The statement is prepared once for each connection. Parsing and planning are a third of the work of a small batch.
PREPARE_STORE = f"PREPARE store ({', '.join(f'{kind}[]' for kind in _TYPES)}) AS {STORE}"
EXECUTE_STORE = f"EXECUTE store ({', '.join('%s' for _ in _TYPES)})"

# Keeps the versions that are older than the stored ones, and counts them. A version that the history has already is
# counted and not kept again. A unique index tells superseded versions that arrive at the same time. It is not prepared,
# because with the bounds of the time its plan has only those days.
SUPERSEDED = f"""
WITH batch AS ({_batch([f"CAST(%s AS {kind}[])" for kind in _TYPES])}), late AS (
    SELECT batch.billing_metering_point_number, batch.interval_start, batch.given, batch.reported_at,
        {", ".join(f"{_merged('batch')(column)} AS {column}" for column in VALUES)}
    FROM batch JOIN energy_consumption AS stored USING (billing_metering_point_number, interval_start)
    WHERE stored.interval_start BETWEEN %s AND %s
        AND record_lt({_version(_merged("batch"))}, {_version(_of("stored"))})
), kept AS (
    INSERT INTO energy_consumption_history ({_COLUMNS}, received_at, replaced_at)
    SELECT {_COLUMNS}, statement_timestamp(), statement_timestamp()
    FROM late
    WHERE NOT EXISTS (
        SELECT FROM energy_consumption_history AS former
        WHERE former.billing_metering_point_number = late.billing_metering_point_number COLLATE "C"
            AND former.interval_start = late.interval_start AND former.interval_start BETWEEN %s AND %s
            AND former.reported_at = late.reported_at
            AND {_row(_of("former"))} IS NOT DISTINCT FROM {_row(_of("late"))}
    )
    ON CONFLICT DO NOTHING
)
SELECT billing_metering_point_number, count(*)
FROM late
GROUP BY billing_metering_point_number
"""  # noqa: S608

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def columns(batches: Sequence[Batch]) -> tuple[str, ...]:
    """Returns the batches by column, each as the text of an array. The server reads it faster than `ARRAY[...]`.

    https://www.postgresql.org/docs/18/arrays.html#ARRAYS-IO
    """
    parts: list[tuple[str, int, datetime | None, bool | None]] = []
    readings: list[Reading] = []
    of_part: list[int] = []
    masks: list[int] = []
    for batch in sorted(batches, key=attrgetter("metering_point")):
        for minutes, of_length in _by_length(batch):
            parts.append((batch.metering_point, minutes, batch.reported_at, batch.is_withdrawal or None))
            readings += of_length
            of_part += [len(parts)] * len(of_length)
            masks += [REPORTED if batch.reported_at is not None else 0] * len(of_length)
    starts, *values, given = zip(*readings, strict=True)
    masks = list(map(operator.or_, given, masks))
    return tuple(map(_array, (*zip(*parts, strict=True), of_part, list(map(_seconds, starts)), masks, *values)))


def bounds(batches: Sequence[Batch]) -> tuple[datetime, datetime]:
    """Returns the first and the last interval start of the batches."""
    starts = [reading.interval_start for batch in batches for reading in batch.readings]
    return min(starts), max(starts)


def _by_length(batch: Batch) -> Iterator[tuple[int, Sequence[Reading]]]:
    """Yields the readings of each interval length, in the order of time."""
    if not batch.lengths.changes:
        yield batch.lengths.first, batch.readings
        return
    for minutes, group in groupby(batch.readings, lambda reading: batch.lengths.at(reading.interval_start)):
        yield minutes, list(group)


@lru_cache(maxsize=20_000)
def _seconds(start: datetime) -> int:
    """Returns the seconds since 1970. A start lies on a whole minute. Meters report the same few instants."""
    return int(start.timestamp())


def _array(values: Sequence[object]) -> str:
    """Writes a Postgres array. It is a JSON list with other brackets: numbers, quoted text and null are the same."""
    if values[0] is None and values.count(None) == len(values):
        return "{}"
    return "{" + _ENCODER.encode(values)[1:-1].decode("ascii") + "}"
