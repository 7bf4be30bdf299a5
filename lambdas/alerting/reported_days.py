"""What each active customer reported for a day, out of the enriched parts."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import duckdb

from lambdas.shared.adapters.duck import literal
from lambdas.shared.alarm_rules import NOTHING, ReportedDay
from lambdas.shared.customers import ATTRIBUTES, KEY, Customer, CustomerType
from lambdas.shared.days import INTERVAL, LocalDay
from lambdas.shared.readings import NETWORK_PARAMETERS

_BATCH = 1_000
_PARAMETERS = [parameter.column for parameter in NETWORK_PARAMETERS]
_GRID_MICROSECONDS = int(INTERVAL.total_seconds() * 1_000_000)


def reported_days(
    duck: duckdb.DuckDBPyConnection, enriched: list[Path], day: LocalDay
) -> Iterator[tuple[Customer, ReportedDay]]:
    """Each active customer of DuckDB's table `customers` with what the parts hold of it, by number.

    The interval starts are fetched only for who has too few: a complete day has all of them.
    """
    result = duck.execute(_query(enriched, len(day.intervals)))
    while rows := result.fetchmany(_BATCH):
        for row in rows:
            customer = _customer(row[: len(ATTRIBUTES)])
            yield customer, _reported(day, *row[len(ATTRIBUTES) :])


def count_unknown(duck: duckdb.DuckDBPyConnection, enriched: list[Path]) -> int:
    """How many metering points have readings and no customer."""
    counted = duck.execute(
        f"SELECT count(DISTINCT {KEY}) FROM {_parquet(enriched)} WHERE active IS NULL"  # noqa: S608
    ).fetchone()
    return int(counted[0]) if counted else 0


def _query(enriched: list[Path], expected: int) -> str:
    source = _parquet(enriched)
    lacking = [f"{column} IS NULL" for column in _PARAMETERS]
    on_grid = f"epoch_us(sample_time) % {_GRID_MICROSECONDS} = 0"
    return (
        f"WITH counted AS (SELECT {KEY}, count(*) AS readings,"  # noqa: S608
        f" count(*) FILTER ({on_grid}) AS intervals,"
        f" count(*) FILTER ({' OR '.join(lacking)}) AS without,"
        f" [{', '.join(f'bool_or({null})' for null in lacking)}] AS lacking"
        f" FROM {source} GROUP BY {KEY}),"
        f" gaps AS (SELECT {KEY}, list(sample_time ORDER BY sample_time) AS received"
        f" FROM {source} SEMI JOIN (FROM counted WHERE intervals < {expected}) USING ({KEY}) GROUP BY {KEY})"
        f" SELECT {', '.join(f'customers.{name}' for name in ATTRIBUTES)},"
        " readings, received, without, lacking"
        f" FROM customers LEFT JOIN counted USING ({KEY}) LEFT JOIN gaps USING ({KEY})"
        f" WHERE customers.active ORDER BY customers.{KEY}"
    )


def _customer(values: tuple[Any, ...]) -> Customer:
    number, name, address, city, county, email, kind, active = values
    return Customer(number, name, address, city, county, email, CustomerType(kind), active)


def _reported(
    day: LocalDay, readings: int | None, received: list[Any] | None, without: int, lacking: list[bool]
) -> ReportedDay:
    if readings is None:
        return NOTHING
    starts = day.intervals if received is None else [time.replace(tzinfo=UTC) for time in received]
    missing = tuple(column for column, lacks in zip(_PARAMETERS, lacking, strict=True) if lacks)
    return ReportedDay(readings, starts, without, missing)


def _parquet(paths: list[Path]) -> str:
    return f"read_parquet([{', '.join(map(literal, paths))}])"
