"""Pre-filters in SQL the customers whose day may break a rule, with the measures that the checks need to judge it.

The query follows the registry of checks (`domain.findings`). The SELECT has the measures of each check. The WHERE has
the pre-filter of each check. Only due readings are counted (`lambdas.alerting.due_intervals`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from domain.customer_rows import COLUMNS, LENGTHS, SUPPLY, customer_of
from domain.customers import KEY, Customer
from domain.days import LocalDay
from domain.findings import CHECKS, NOTHING, Check, ReportedDay
from domain.intervals import FINEST
from lambdas.alerting.due_intervals import DUE, EXPECTED, slots, write_due_tables
from lambdas.runtime.duck import parquet

_BATCH = 1_000
MEASURES = {name: aggregate for check in CHECKS for name, aggregate in check.measures.items()}


def suspicious_days(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay, checks: Sequence[Check] = CHECKS
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Yields each active customer, by number, whose day the pre-filter of at least one of the checks selects.

    Most customers are not selected and do not leave DuckDB.
    """
    selected = " OR ".join(f"({check.suspect})" for check in checks)
    return reported_days(duck, enriched, customers, day, selected)


def reported_days(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay, selected: str
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Yields each active customer, by number, whose day meets the SQL condition `selected`."""
    write_due_tables(duck, customers, day)
    result = duck.execute(_query(enriched, customers, day, selected))
    while rows := result.fetchmany(_BATCH):
        for row in rows:
            yield customer_of(row[: len(COLUMNS)]), _reported(day, *row[len(COLUMNS) :])


def count_unknown(duck: duckdb.DuckDBPyConnection, enriched: Path) -> int:
    """Counts the metering points that have readings and no customer."""
    counted = duck.execute(
        f"SELECT count(DISTINCT {KEY}) FROM {parquet(enriched)} WHERE active IS NULL"  # noqa: S608
    ).fetchone()
    return int(counted[0]) if counted else 0


def _query(enriched: Path, customers: Path, day: LocalDay, selected: str) -> str:
    last = max(slots(day) - 1, 0)
    measures = "".join(f", {aggregate} AS {name}" for name, aggregate in MEASURES.items())
    # One bit stands for each slot of the day. So the received intervals are known without a list of times.
    # https://duckdb.org/docs/stable/sql/functions/aggregates#bitstring_aggarg-min-max
    return f"""
        WITH active_customers AS (FROM {parquet(customers)} WHERE active),
        owed AS (
            SELECT {KEY}, minutes, due FROM active_customers JOIN {DUE} USING ({LENGTHS}, {SUPPLY})
        ),
        counted AS (
            SELECT {KEY}, count(*) AS readings, bitstring_agg(slot, 0, {last}) AS received{measures}
            FROM (FROM {parquet(enriched)} SELECT *, {_slot(day)} AS slot) given JOIN owed USING ({KEY})
            WHERE given.interval_minutes = owed.minutes
            AND CASE WHEN slot BETWEEN 0 AND {last} THEN get_bit(due, slot::INTEGER) = 1 ELSE false END
            GROUP BY {KEY}
        )
        SELECT {", ".join(f"active_customers.{name}" for name in COLUMNS)},
        readings, CAST(received AS VARCHAR){"".join(f", {name}" for name in MEASURES)}
        FROM active_customers JOIN {EXPECTED} USING ({LENGTHS}, {SUPPLY}) LEFT JOIN counted USING ({KEY})
        WHERE {selected}
        ORDER BY active_customers.{KEY}
        """  # noqa: S608


def _slot(day: LocalDay) -> str:
    """Returns the SQL of the number of a reading's slot in the day, or -1 where the start is on no grid."""
    since_start = f"(epoch_us(interval_start) - {int(day.start.timestamp()) * 1_000_000})"
    length = int(FINEST.total_seconds()) * 1_000_000
    return f"CASE WHEN {since_start} % {length} = 0 THEN {since_start} // {length} ELSE -1 END"


def _reported(day: LocalDay, readings: int | None, received: str | None, *measured: Any) -> ReportedDay:
    if readings is None:
        return NOTHING
    starts = [day.start + slot * FINEST for slot, bit in enumerate(received or "") if bit == "1"]
    return ReportedDay(readings, starts, dict(zip(MEASURES, measured, strict=True)))
