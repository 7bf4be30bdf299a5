"""Pre-filters in SQL the customers whose day may break a rule, with the measures that the checks need to judge it.

The query follows the registry of checks (`domain.findings`). The SELECT has the measures of each check. The WHERE has
the pre-filter of each check.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from domain.customers import ATTRIBUTES, KEY, Customer, CustomerType
from domain.days import LocalDay
from domain.findings import CHECKS, NOTHING, Check, ReportedDay
from lambdas.runtime.duck import parquet

_BATCH = 1_000
_MICROSECOND = timedelta(microseconds=1)
MEASURES = {name: aggregate for check in CHECKS for name, aggregate in check.measures.items()}


def suspicious_days(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay, checks: Sequence[Check] = CHECKS
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Yields each active customer, by number, whose day the pre-filter of at least one of the checks selects.

    Most customers are not selected and do not leave DuckDB.
    """
    selected = " OR ".join(f"({check.suspect.format(intervals=len(day.intervals))})" for check in checks)
    return reported_days(duck, enriched, customers, day, selected)


def reported_days(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay, selected: str
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Yields each active customer, by number, whose day meets the SQL condition `selected`."""
    result = duck.execute(_query(enriched, customers, day, selected))
    while rows := result.fetchmany(_BATCH):
        for row in rows:
            customer = _customer(row[: len(ATTRIBUTES)])
            yield customer, _reported(day, *row[len(ATTRIBUTES) :])


def count_unknown(duck: duckdb.DuckDBPyConnection, enriched: Path) -> int:
    """Counts the metering points that have readings and no customer."""
    counted = duck.execute(
        f"SELECT count(DISTINCT {KEY}) FROM {parquet(enriched)} WHERE active IS NULL"  # noqa: S608
    ).fetchone()
    return int(counted[0]) if counted else 0


def _query(enriched: Path, customers: Path, day: LocalDay, selected: str) -> str:
    since_start = f"(epoch_us(sample_time) - {int(day.start.timestamp()) * 1_000_000})"
    length = day.interval // _MICROSECOND
    number = f"{since_start} // {length}"
    last = max(len(day.intervals) - 1, 0)
    # One bit stands for each interval of the day. So the missing intervals are known without a list of times.
    # https://duckdb.org/docs/stable/sql/functions/aggregates#bitstring_aggarg-min-max
    received = (
        f"bitstring_agg({number}, 0, {last}) FILTER ({since_start} % {length} = 0 AND {number} BETWEEN 0 AND {last})"
    )
    measures = "".join(f", {aggregate} AS {name}" for name, aggregate in MEASURES.items())
    return (
        f"WITH counted AS (SELECT {KEY}, count(*) AS readings, {received} AS received{measures}"  # noqa: S608
        f" FROM {parquet(enriched)} GROUP BY {KEY})"
        f" SELECT {', '.join(f'customers.{name}' for name in ATTRIBUTES)},"
        f" readings, CAST(received AS VARCHAR){''.join(f', {name}' for name in MEASURES)}"
        f" FROM {parquet(customers)} customers LEFT JOIN counted USING ({KEY})"
        f" WHERE customers.active AND ({selected})"
        f" ORDER BY customers.{KEY}"
    )


def _customer(values: tuple[Any, ...]) -> Customer:
    number, name, address, city, county, email, kind, active = values
    return Customer(number, name, address, city, county, email, CustomerType(kind), active)


def _reported(day: LocalDay, readings: int | None, received: str | None, *measured: Any) -> ReportedDay:
    if readings is None:
        return NOTHING
    starts = [start for start, bit in zip(day.intervals, received or "", strict=False) if bit == "1"]
    return ReportedDay(readings, starts, dict(zip(MEASURES, measured, strict=True)))
