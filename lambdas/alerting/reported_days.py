"""Pre-filters in SQL the customers whose day may break a rule, with the values that the rules need to judge it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from domain.alarm_rules import NOTHING, ReportedDay
from domain.customers import ATTRIBUTES, KEY, Customer, CustomerType
from domain.days import LocalDay
from domain.readings import NETWORK_PARAMETERS
from lambdas.runtime.duck import parquet

_BATCH = 1_000
_PARAMETERS = [parameter.column for parameter in NETWORK_PARAMETERS]
_MICROSECOND = timedelta(microseconds=1)


def suspicious_days(
    duck: duckdb.DuckDBPyConnection, enriched: Path, customers: Path, day: LocalDay
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Each active customer, by number, whose day lacks a reading or has one that lacks a network parameter.

    All others, who are most, do not leave DuckDB. The rules themselves are the domain's
    (`domain.alarm_rules`).
    """
    result = duck.execute(_query(enriched, customers, day))
    while rows := result.fetchmany(_BATCH):
        for row in rows:
            customer = _customer(row[: len(ATTRIBUTES)])
            yield customer, _reported(day, *row[len(ATTRIBUTES) :])


def count_unknown(duck: duckdb.DuckDBPyConnection, enriched: Path) -> int:
    """How many metering points have readings and no customer."""
    counted = duck.execute(
        f"SELECT count(DISTINCT {KEY}) FROM {parquet(enriched)} WHERE active IS NULL"  # noqa: S608
    ).fetchone()
    return int(counted[0]) if counted else 0


def _query(enriched: Path, customers: Path, day: LocalDay) -> str:
    lacking = [f"{column} IS NULL" for column in _PARAMETERS]
    since_start = f"(epoch_us(sample_time) - {int(day.start.timestamp()) * 1_000_000})"
    length = day.interval // _MICROSECOND
    number = f"{since_start} // {length}"
    last = max(len(day.intervals) - 1, 0)
    # One bit for each of the day's intervals, however many: what is missing is known without keeping a list of times.
    # https://duckdb.org/docs/stable/sql/functions/aggregates#bitstring_aggarg-min-max
    received = (
        f"bitstring_agg({number}, 0, {last}) FILTER ({since_start} % {length} = 0 AND {number} BETWEEN 0 AND {last})"
    )
    return (
        f"WITH counted AS (SELECT {KEY}, count(*) AS readings,"  # noqa: S608
        f" {received} AS received,"
        f" count(*) FILTER ({' OR '.join(lacking)}) AS without,"
        f" [{', '.join(f'bool_or({null})' for null in lacking)}] AS lacking"
        f" FROM {parquet(enriched)} GROUP BY {KEY})"
        f" SELECT {', '.join(f'customers.{name}' for name in ATTRIBUTES)},"
        " readings, CAST(received AS VARCHAR), without, lacking"
        f" FROM {parquet(customers)} customers LEFT JOIN counted USING ({KEY})"
        " WHERE customers.active AND (readings IS NULL OR received IS NULL OR without > 0"
        f" OR bit_count(received) < {len(day.intervals)})"
        f" ORDER BY customers.{KEY}"
    )


def _customer(values: tuple[Any, ...]) -> Customer:
    number, name, address, city, county, email, kind, active = values
    return Customer(number, name, address, city, county, email, CustomerType(kind), active)


def _reported(
    day: LocalDay, readings: int | None, received: str | None, without: int, lacking: list[bool]
) -> ReportedDay:
    if readings is None:
        return NOTHING
    starts = [start for start, bit in zip(day.intervals, received or "", strict=False) if bit == "1"]
    missing = tuple(column for column, lacks in zip(_PARAMETERS, lacking, strict=True) if lacks)
    return ReportedDay(readings, starts, without, missing)
