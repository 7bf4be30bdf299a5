"""Pre-filters in SQL the customers whose day may break a rule, with the values that the checks need to judge it.

The query follows the registry of checks (`domain.findings`): the WHERE has the pre-filter of each check. Most customers
are not selected and do not leave DuckDB.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from domain.customer_rows import COLUMNS, LENGTHS, SUPPLY, customer_of
from domain.customers import KEY, Customer
from domain.days import LocalDay
from domain.findings import CHECKS, DEFAULTS, Check, DueReading, LikeDay, Parameters, ReportedDay
from domain.findings.check import LATEST_LIKE_DAYS
from domain.intervals import FINEST
from lambdas.alerting.due_intervals import EXPECTED, write_due_tables
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.measured_days import MEASURED, MEASURES, due_readings, write_measured
from lambdas.alerting.past_days import HISTORIES, LIKE_AGO, PAST, like_days, write_past
from lambdas.runtime.duck import literal, parquet

SUSPICIOUS = "suspicious_days"
"""The table with the selected customers' days."""

_BATCH = 500
"""So many customers' readings are in Python at once."""

_READING = ("slot", "interval_minutes", "kwh", "average_voltage_v", "average_frequency_hz", "voltage_drops",
            "down_time_seconds", "quality")  # fmt: skip


@dataclass(frozen=True)
class SuspiciousDay:
    """A customer's day that the pre-filters of these checks select."""

    customer: Customer
    reported: ReportedDay
    codes: tuple[str, ...]


@dataclass(frozen=True)
class ShardDay:
    """The files of a shard's day, and the parameters to judge it with."""

    enriched: Path
    customers: Path
    day: LocalDay
    history: Sequence[HistoryDay] = ()
    """The days parts of the dates of `like_days.history_dates`, as far as they are there."""
    parameters: Parameters = field(default=DEFAULTS)


def select_days(
    duck: duckdb.DuckDBPyConnection, given: ShardDay, checks: Sequence[Check] = CHECKS, selected: str | None = None
) -> Iterator[SuspiciousDay]:
    """Yields each active customer, by number, whose day the pre-filter of at least one of the checks selects.

    `selected` is an SQL condition that replaces the pre-filters.
    """
    write_due_tables(duck, given.customers, given.day)
    write_measured(duck, given.enriched, given.customers, given.day, given.parameters)
    write_past(duck, given.customers, given.history, given.day)
    suspects = {check.code: given.parameters.in_sql(check.code, check.suspect) for check in checks}
    _write_suspicious(duck, given.customers, suspects, selected)
    after = ""
    while batch := _batch(duck, given, tuple(suspects), after):
        yield from batch
        after = batch[-1].customer.metering_point


def count_unknown(duck: duckdb.DuckDBPyConnection, enriched: Path) -> int:
    """Counts the metering points that have readings and no customer."""
    counted = duck.execute(
        f"SELECT count(DISTINCT {KEY}) FROM {parquet(enriched)} WHERE active IS NULL"  # noqa: S608
    ).fetchone()
    return int(counted[0]) if counted else 0


def _write_suspicious(
    duck: duckdb.DuckDBPyConnection, customers: Path, suspects: Mapping[str, str], selected: str | None
) -> None:
    flags = "".join(f", coalesce({suspect}, false) AS is_{code}" for code, suspect in suspects.items())
    condition = selected or " OR ".join(f"is_{code}" for code in suspects) or "false"
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {SUSPICIOUS} AS
        WITH active_customers AS (FROM {parquet(customers)} WHERE active),
        joined AS (
            SELECT active_customers.*, {MEASURED}.* EXCLUDE ({KEY}, kwh_values), expected, {PAST}.* EXCLUDE ({KEY})
            FROM active_customers JOIN {EXPECTED} USING ({LENGTHS}, {SUPPLY})
            LEFT JOIN {MEASURED} USING ({KEY}) LEFT JOIN {PAST} USING ({KEY})
        )
        FROM (SELECT *{flags} FROM joined)
        WHERE {condition}
        """  # noqa: S608
    )


def _batch(duck: duckdb.DuckDBPyConnection, given: ShardDay, codes: Sequence[str], after: str) -> list[SuspiciousDay]:
    """Returns the next customers after a number."""
    flags = tuple(f"is_{code}" for code in codes)
    names = (*COLUMNS, *flags, "readings", "received", "expected", LIKE_AGO, *MEASURES, *HISTORIES)
    rows = duck.execute(
        f"SELECT {', '.join(names)} FROM {SUSPICIOUS} WHERE {KEY} > ? ORDER BY {KEY} LIMIT {_BATCH}",  # noqa: S608
        [after],
    ).fetchall()
    if not rows:
        return []
    found = [dict(zip(names, row, strict=True)) for row in rows]
    readings = _readings(duck, given, found[0][KEY], found[-1][KEY])
    wanted = {row[KEY]: row[LIKE_AGO] for row in found if len(row[LIKE_AGO] or ()) == LATEST_LIKE_DAYS}
    like = like_days(duck, given.history, given.day, wanted) if wanted else {}
    return [
        SuspiciousDay(
            customer_of(tuple(row[name] for name in COLUMNS)),
            _reported(row, given.day, readings.get(row[KEY], []), like.get(row[KEY], [])),
            tuple(code for code in codes if row[f"is_{code}"]),
        )
        for row in found
    ]


def _readings(duck: duckdb.DuckDBPyConnection, given: ShardDay, first: str, last: str) -> dict[str, list[DueReading]]:
    """Returns the due readings of the selected customers from `first` to `last`, in order."""
    lists = ", ".join(f"list({name}) AS {name}_values" for name in _READING)
    between = f"BETWEEN {literal(first)} AND {literal(last)}"
    rows = duck.execute(
        f"SELECT {KEY}, {lists} FROM ({due_readings(given.enriched, given.customers, given.day)})"  # noqa: S608
        f" WHERE {KEY} {between} AND {KEY} IN (SELECT {KEY} FROM {SUSPICIOUS} WHERE {KEY} {between}) GROUP BY {KEY}"
    ).fetchall()
    start = given.day.start
    return {
        number: [DueReading(start + slot * FINEST, *values) for slot, *values in sorted(zip(*columns, strict=True))]
        for number, *columns in rows
    }


def _reported(row: Mapping[str, Any], day: LocalDay, readings: list[DueReading], like: list[LikeDay]) -> ReportedDay:
    past = {name: row[name] for name in HISTORIES}
    if row["readings"] is None:
        return ReportedDay(0, (), past=past)
    starts = [day.start + slot * FINEST for slot, bit in enumerate(row["received"]) if bit == "1"]
    measured = {name: row[name] for name in (*MEASURES, "expected")}
    return ReportedDay(row["readings"], starts, measured, readings, like, past)
