"""Sums up in DuckDB the earlier days of each metering point, out of the days parts of earlier publications.

The query follows the registry of checks (`domain.findings`): it has the history of each check.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from domain.customers import KEY
from domain.days import LocalDay
from domain.findings import CHECKS, LikeDay
from domain.findings.measures import of_latest_like_days
from lambdas.alerting import day_rows
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.like_days import like_dates
from lambdas.runtime.duck import literal, parquet, write_parquet

PAST = "past_days"
"""The table. It has a row for each metering point with an earlier day, and a column for each history of a check."""

LIKE_AGO = "like_days_ago"
"""The column with the latest like days, as numbers of days before the judged day."""

HISTORIES = {name: aggregate for check in CHECKS for name, aggregate in check.history.items()}


def write_past(duck: duckdb.DuckDBPyConnection, customers: Path, history: Sequence[HistoryDay], day: LocalDay) -> None:
    """Writes the table, for the metering points between the first and the last customer."""
    like = like_dates(day) if history else frozenset()
    files = {str(path): each.date for each in history for path in each.files}
    # A part of an older version may lack a column. With an empty part that has all columns, the column is null there.
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in day_rows.COLUMNS.items())
    none = customers.with_name("no_days.parquet")
    write_parquet(duck, f"SELECT {columns} WHERE false", none)
    ago = "".join(f" WHEN {literal(path)} THEN {(day.date - each).days}" for path, each in files.items())
    of_kind = ", ".join(literal(path) for path, each in files.items() if each in like) or "''"
    first, last = _range(duck, customers)
    histories = "".join(f", {aggregate} AS {name}" for name, aggregate in HISTORIES.items())
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {PAST} AS
        SELECT {KEY}, {of_latest_like_days("days_ago")} AS {LIKE_AGO}{histories}
        FROM (
            SELECT *, CASE filename{ago or " WHEN '' THEN 0"} END AS days_ago,
            filename IN ({of_kind}) AND alarms = 0 AND slots IS NULL AS is_like
            FROM read_parquet([{", ".join(map(literal, (none, *files)))}], union_by_name = true, filename = true)
            WHERE {KEY} BETWEEN {literal(first)} AND {literal(last)}
        )
        GROUP BY {KEY}
        """  # noqa: S608
    )


def like_days(
    duck: duckdb.DuckDBPyConnection, history: Sequence[HistoryDay], day: LocalDay, wanted: dict[str, list[int]]
) -> dict[str, list[LikeDay]]:
    """Returns the like days of the metering points in `wanted`, which has the days before of each, in their order."""
    found: dict[str, list[LikeDay]] = {number: [] for number in wanted}
    by_ago = {(day.date - each.date).days: each for each in history if each.files}
    for ago in sorted({ago for agos in wanted.values() for ago in agos}):
        numbers = [number for number, agos in wanted.items() if ago in agos]
        rows = duck.execute(
            f"SELECT {KEY}, kwh::DOUBLE, minutes, kwh_values::DOUBLE[] FROM {_files(by_ago[ago])}"  # noqa: S608
            f" WHERE {KEY} BETWEEN ? AND ? AND {KEY} IN (SELECT unnest(?))",
            [min(numbers), max(numbers), numbers],
        ).fetchall()
        for number, kwh, minutes, values in rows:
            found[number].append(LikeDay(by_ago[ago].date, kwh, minutes, tuple(values)))
    return found


def _files(day: HistoryDay) -> str:
    if len(day.files) == 1:
        return parquet(day.files[0])
    return f"read_parquet([{', '.join(map(literal, day.files))}], union_by_name = true)"


def _range(duck: duckdb.DuckDBPyConnection, customers: Path) -> tuple[str, str]:
    found = duck.execute(f"SELECT min({KEY}), max({KEY}) FROM {parquet(customers)}").fetchone()  # noqa: S608
    first, last = found or (None, None)
    return first or "", last or ""
