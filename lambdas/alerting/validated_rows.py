"""Writes a shard's enriched part: the readings with their customers, the value to use for each, and the estimates.

| column | holds |
|---|---|
| `quality_code` | ESPI's `QualityOfReading` of the value to use: 0, 7, 8, 9, 10 or 14 (`domain.estimation.Quality`) |
| `findings` | the codes of the findings that show this interval |
| `validated_kwh` | the value to use. It is null where there is none |
| `validated_by` | its method: `reading`, `interpolation` or `like_days` (`domain.estimation.Method`) |

The readings come first, in the order of the numbers and times. `consumption_kwh` is as it was reported. Then come the
due intervals that have no reading and an estimate, in the same order. Their reported values are null.

A reading that no check judges has the code 14 (raw) and its own value: it has no active customer, or it is not due.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from domain.customer_rows import LENGTHS, SUPPLY
from domain.customers import KEY
from domain.days import LocalDay
from domain.estimation import QUALITY_OF_SENDER, Method, Quality
from domain.intervals import FINEST, MINUTES
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS, VALIDATED_COLUMNS
from lambdas.alerting.due_intervals import DUE, slots
from lambdas.alerting.measured_days import in_order, slot_of
from lambdas.alerting.reported_days import ShardDay
from lambdas.runtime.duck import PARQUET_OPTIONS, columns_option, literal, parquet

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        KEY: "VARCHAR",
        "slot": "INTEGER",
        "minutes": "SMALLINT",
        "absent": "BOOLEAN",
        "codes": "VARCHAR[]",
        "kept": "BOOLEAN",
        "quality_code": "SMALLINT",
        "kwh": "DECIMAL(12,6)",
        "method": "VARCHAR",
    }
)
"""The columns of an exception: an interval whose reading is not used as it is. `slot` counts from the day's start.

`absent` says that there is no reading. `kept` says that the reading's own value is used. `quality_code` is null where
the sender's quality decides.
"""

_EXCEPTIONS, _POINTS = "exceptions", "validated_points"
_LONGEST_ROW = 10_000


def write_validated(
    duck: duckdb.DuckDBPyConnection, given: ShardDay, exceptions: Iterable[Mapping[str, Any]], path: Path
) -> int:
    """Writes the part. Returns the number of estimates for intervals without a reading.

    The same files and exceptions give the same bytes. The tables of `due_intervals` must be there.
    """
    lines = path.with_suffix(".ndjson")
    with lines.open("w", encoding="ascii") as file:
        for row in exceptions:
            file.write(json.dumps(row) + "\n")
    options = f"format = 'newline_delimited', maximum_object_size = {_LONGEST_ROW}, columns = {columns_option(COLUMNS)}"
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {_EXCEPTIONS} AS FROM read_json({literal(lines)}, {options})")
    lines.unlink()
    _write_points(duck, given)
    rows = f"{_readings(given.enriched, given.day)} UNION ALL {_estimates(given.customers, given.day)}"
    in_order(duck, f"COPY ({rows}) TO {literal(path)} ({PARQUET_OPTIONS})")
    counted = duck.execute(f"SELECT count(*) FROM {_EXCEPTIONS} WHERE absent").fetchone()  # noqa: S608
    return int(counted[0]) if counted else 0


def _write_points(duck: duckdb.DuckDBPyConnection, given: ShardDay) -> None:
    """Writes a row for each metering point with readings: its due intervals by length, and its exceptions in order."""
    due = ", ".join(f"any_value(due) FILTER (minutes = {minutes}) AS due_{minutes}" for minutes in MINUTES)
    values = "list(struct_pack(codes, kept, quality_code, kwh, method) ORDER BY slot)"
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {_POINTS} AS
        WITH owed AS (
            SELECT {KEY}, {due}
            FROM (FROM {parquet(given.customers)} WHERE active) JOIN {DUE} USING ({LENGTHS}, {SUPPLY}) GROUP BY {KEY}
        ),
        shown AS (
            SELECT {KEY}, list(slot ORDER BY slot) AS slots, {values} AS exceptions
            FROM {_EXCEPTIONS} WHERE NOT absent GROUP BY {KEY}
        )
        FROM (SELECT DISTINCT {KEY} FROM {parquet(given.enriched)})
        LEFT JOIN owed USING ({KEY}) LEFT JOIN shown USING ({KEY})
        """  # noqa: S608
    )


def _readings(joined: Path, day: LocalDay) -> str:
    """Returns the query of the readings, in their order. Each one has its point by a subquery.

    A join would change the order: an outer join returns rows without a match last, and an inner join returns the rows
    whose number collides with another one in the hash table after the other rows of their block. A subquery with 2
    columns of the reading would hold all their combinations: it took 340 MiB for 670,000 readings.
    """
    last = max(slots(day) - 1, 0)
    sender = " ".join(f"WHEN '{name}' THEN {code.value}" for name, code in QUALITY_OF_SENDER.items())
    due = " ".join(f"WHEN {minutes} THEN point.due_{minutes}" for minutes in MINUTES)
    columns = ", ".join(("slots", "exceptions", *(f"due_{minutes}" for minutes in MINUTES)))
    point = f"SELECT struct_pack({columns}) FROM {_POINTS} points WHERE points.{KEY} = placed.{KEY}"  # noqa: S608
    is_due = (
        f"CASE WHEN due IS NOT NULL AND slot BETWEEN 0 AND {last} THEN get_bit(due, slot::INTEGER) = 1 ELSE false END"
    )
    values = {
        "quality_code": f"coalesce(shown.quality_code, CASE WHEN NOT {is_due} THEN {Quality.RAW.value}"
        f" ELSE CASE quality {sender} END END)",
        "findings": "coalesce(shown.codes, [])",
        "validated_kwh": "CASE WHEN coalesce(shown.kept, true) THEN consumption_kwh ELSE shown.kwh END",
        "validated_by": f"CASE WHEN coalesce(shown.kept, true) THEN '{Method.READING}' ELSE shown.method END",
    }
    own = ", ".join((*EXPORTED_COLUMNS, *CUSTOMER_COLUMNS))
    return f"""
        SELECT {own}, {_validated(values)}
        FROM (
            SELECT *, CASE interval_minutes {due} END AS due, CASE WHEN point.slots IS NOT NULL
            THEN point.exceptions[list_position(point.slots, slot::INTEGER)] END AS shown
            FROM (
                SELECT placed.*, ({point}) AS point
                FROM (SELECT *, {slot_of(day)} AS slot FROM {parquet(joined)}) placed
            )
        )
        """  # noqa: S608


def _estimates(customers: Path, day: LocalDay) -> str:
    """Returns the query of the estimates for intervals without a reading, in order."""
    micros = f"{int(day.start.timestamp()) * 1_000_000} + slot::BIGINT * {int(FINEST.total_seconds()) * 1_000_000}"
    known = {
        KEY: f"shown.{KEY}",
        "interval_start": f"make_timestamptz({micros})",
        "interval_minutes": "minutes",
    }
    own = ", ".join(f"{known.get(name, 'NULL')}::{kind} AS {name}" for name, kind in EXPORTED_COLUMNS.items())
    values = {"quality_code": "quality_code", "findings": "codes", "validated_kwh": "kwh", "validated_by": "method"}
    return f"""
        (SELECT {own}, {", ".join(CUSTOMER_COLUMNS)}, {_validated(values)}
        FROM {_EXCEPTIONS} shown JOIN {parquet(customers)} USING ({KEY})
        WHERE absent ORDER BY shown.{KEY}, slot)
        """  # noqa: S608


def _validated(values: Mapping[str, str]) -> str:
    return ", ".join(f"({values[name]})::{kind} AS {name}" for name, kind in VALIDATED_COLUMNS.items())
