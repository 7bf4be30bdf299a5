"""Writes to DuckDB which intervals of a day are due, for the query of the reported days.

Many customers share few combinations of interval lengths and supply. So the due intervals are computed once for each
combination, by the same rule as in the judgement. A day is cut into slots of 5 minutes, because each start of each
length begins a slot.

| table | columns |
|---|---|
| `expected_intervals` | `interval_lengths`, `supply`, `expected`: the number of due intervals |
| `due_intervals` | `interval_lengths`, `supply`, `minutes`, `due`: a bit for each slot where such an interval starts |

A reading of another length than the due one covers another time. It fills no gap.
"""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from domain.customer_rows import LENGTHS, SUPPLY, meter_of
from domain.days import LocalDay
from domain.intervals import FINEST, IntervalLengths
from lambdas.runtime.duck import parquet

EXPECTED, DUE = "expected_intervals", "due_intervals"


def slots(day: LocalDay) -> int:
    """Returns the number of slots of the day: 288 where it has 24 h."""
    return -((day.start - day.end) // FINEST)


def write_due_tables(duck: duckdb.DuckDBPyConnection, customers: Path, day: LocalDay) -> None:
    """Writes the 2 tables for the combinations in the file of customers."""
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {EXPECTED} ({LENGTHS} VARCHAR, {SUPPLY} VARCHAR, expected INTEGER)")
    duck.execute(f"CREATE OR REPLACE TEMP TABLE {DUE} ({LENGTHS} VARCHAR, {SUPPLY} VARCHAR, minutes INTEGER, due BIT)")
    combinations = duck.execute(f"SELECT DISTINCT {LENGTHS}, {SUPPLY} FROM {parquet(customers)}").fetchall()  # noqa: S608
    expected: list[tuple[object, ...]] = []
    bits: list[tuple[object, ...]] = []
    for lengths, supply in combinations:
        meter = meter_of(lengths, supply)
        due = meter.due(day)
        expected.append((lengths, supply, len(due)))
        bits += [(lengths, supply, minutes, text) for minutes, text in _bits(day, meter.lengths, due)]
    _insert(duck, EXPECTED, expected)
    _insert(duck, DUE, bits)


@lru_cache(maxsize=100)
def _bits(day: LocalDay, lengths: IntervalLengths, due: tuple[datetime, ...]) -> list[tuple[int, str]]:
    """Returns each length of the due intervals, with `0` or `1` for each slot."""
    by_length: dict[int, list[str]] = {}
    for start in due:
        slot_bits = by_length.setdefault(lengths.at(start), ["0"] * slots(day))
        slot_bits[(start - day.start) // FINEST] = "1"
    return [(minutes, "".join(slot_bits)) for minutes, slot_bits in by_length.items()]


def _insert(duck: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[object, ...]]) -> None:
    """Inserts all rows in one statement. A statement for each row would cost seconds for thousands of combinations."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        values = ", ".join("unnest(?)" for _ in columns)
        duck.execute(f"INSERT INTO {table} SELECT {values}", columns)
