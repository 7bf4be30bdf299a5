"""Measures each active customer's day in DuckDB, with one row for each metering point with due readings.

The query follows the registry of checks (`domain.findings`): it has the measures of each check. Only due readings count
(`lambdas.alerting.due_intervals`).
"""

from pathlib import Path

import duckdb

from domain.customer_rows import LENGTHS, SUPPLY
from domain.customers import KEY
from domain.days import LocalDay
from domain.findings import CHECKS, Parameters
from domain.intervals import FINEST
from lambdas.alerting.due_intervals import DUE, slots
from lambdas.runtime.duck import parquet

MEASURED = "measured_days"
"""The table. It has the columns of `_BASE`, and a column for each measure of a check."""

# One bit stands for each slot of the day. So the received intervals are known without a list of times.
# https://duckdb.org/docs/stable/sql/functions/aggregates#bitstring_aggarg-min-max
_BASE = """
    count(*) AS readings,
    CAST(bitstring_agg(slot, 0, {last}) AS VARCHAR) AS received,
    CAST(sum(exact_kwh) AS DECIMAL(18,6)) AS kwh,
    CASE WHEN min(interval_minutes) = max(interval_minutes) THEN max(interval_minutes) END AS minutes,
    CASE WHEN min(interval_minutes) <> max(interval_minutes)
        OR count(*) < ceil({minutes_of_day} / max(interval_minutes))
        THEN CAST(bitstring_agg(slot, 0, {last}) AS VARCHAR) END AS slots,
    list(exact_kwh) AS kwh_values"""


MEASURES = tuple(dict.fromkeys(name for check in CHECKS for name in check.measures))
"""The names of the checks' measures. Checks that share a name share the measure."""


def write_measured(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay, parameters: Parameters
) -> None:
    """Writes the table from a file in the order of the numbers. The tables of the due intervals must be there."""
    last = max(slots(day) - 1, 0)
    base = _BASE.format(last=last, minutes_of_day=slots(day) * int(FINEST.total_seconds()) // 60)
    texts = {
        name: parameters.in_sql(check.code, aggregate) for check in CHECKS for name, aggregate in check.measures.items()
    }
    measures = "".join(f",\n    {texts[name]} AS {name}" for name in MEASURES)
    # `lag` and the runs read the rows in the order of the file. They stream: no window holds the day.
    # A run ends where its number or its value changes: `since` is the place of the run's first reading.
    in_order(
        duck,
        f"""
        CREATE OR REPLACE TEMP TABLE {MEASURED} AS
        WITH readings AS (
            SELECT *, row_number() OVER () AS place, lag({KEY}) OVER () AS former_key, lag(kwh) OVER () AS lagged
            FROM ({due_readings(enriched, customers, day)})
        ),
        numbered AS (
            SELECT *, CASE WHEN former_key = {KEY} THEN lagged END AS former,
            max(CASE WHEN former_key = {KEY} AND lagged = kwh THEN 0 ELSE place END)
                OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS since
            FROM readings
        )
        SELECT {KEY}, {base}{measures}
        FROM (SELECT *, place - since + 1 AS run, 2 * pi() * slot / {last + 1} AS phase FROM numbered)
        GROUP BY {KEY}
        """,  # noqa: S608
    )


def in_order(duck: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Executes a statement in which the rows of a file keep their order through a subquery of another table."""
    # Without this, DuckDB may keep the readings in memory instead of the customers. That would change the order.
    duck.execute("SET disabled_optimizers = 'build_side_probe_side'")
    try:
        duck.execute(statement)
    finally:
        duck.execute("RESET disabled_optimizers")


def due_readings(enriched: Path, customers: Path, day: LocalDay) -> str:
    """Returns the query of the due readings of the active customers, with `slot`, `kwh`, `exact_kwh` and `kw`.

    They keep the order of the file. So the customer's due intervals are a subquery: an inner join returns the rows
    whose number collides with another one in the hash table after the other rows of their block. A published part has
    rows of estimates too, which have no consumption.
    """
    last = max(slots(day) - 1, 0)
    owed = f"""
        SELECT due FROM (FROM {parquet(customers)} WHERE active) JOIN {DUE} USING ({LENGTHS}, {SUPPLY})
        WHERE {KEY} = given.{KEY} AND minutes = given.interval_minutes
        """  # noqa: S608
    return f"""
        SELECT * EXCLUDE (due), consumption_kwh::DECIMAL(12,6) AS exact_kwh, consumption_kwh::DOUBLE AS kwh,
        consumption_kwh::DOUBLE * 60 / interval_minutes AS kw
        FROM (
            SELECT given.*, ({owed}) AS due
            FROM (FROM {parquet(enriched)} SELECT *, {slot_of(day)} AS slot WHERE consumption_kwh IS NOT NULL) given
        )
        WHERE due IS NOT NULL
        AND CASE WHEN slot BETWEEN 0 AND {last} THEN get_bit(due, slot::INTEGER) = 1 ELSE false END
        """  # noqa: S608


def slot_of(day: LocalDay) -> str:
    """Returns the SQL of the number of a reading's slot in the day, or -1 where the start is on no grid."""
    since_start = f"(epoch_us(interval_start) - {int(day.start.timestamp()) * 1_000_000})"
    length = int(FINEST.total_seconds()) * 1_000_000
    return f"CASE WHEN {since_start} % {length} = 0 THEN {since_start} // {length} ELSE -1 END"
