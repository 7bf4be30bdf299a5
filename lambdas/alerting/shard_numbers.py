"""Makes the numbers of a shard for the day's summary (`domain.summaries`), out of what the judgement left in DuckDB.

The tables of the due intervals and of the measured day must be there, and the 3 files that the judgement wrote. A
reading counts for the hour in which its interval starts.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from domain.customer_rows import LENGTHS, SUPPLY
from domain.customers import KEY
from domain.days import LocalDay
from domain.findings import BY_CODE, CODES
from domain.intervals import FINEST
from domain.summaries import ALARM_POINTS, WORST, Group, Numbers
from lambdas.alerting.due_intervals import DUE, EXPECTED, slots
from lambdas.alerting.measured_days import MEASURED
from lambdas.runtime.duck import parquet

_POINTS = "summed_points"
_MOST_WORDS = 200
_MOST_DETAILS = 1000
_HOUR = 3_600_000_000
_SLOTS = 3600 // int(FINEST.total_seconds())
"""The slots of an hour."""


def shard_numbers(
    duck: duckdb.DuckDBPyConnection, customers: Path, findings: Path, enriched: Path, day: LocalDay
) -> Numbers:
    """Returns the numbers of a shard. The same files give the same numbers."""
    hours = -(-slots(day) // _SLOTS)
    numbers = Numbers(hours=[Group() for _ in range(hours)])
    _write_points(duck, customers)
    _add_intervals(duck, numbers)
    _add_energy(duck, enriched, day, numbers)
    _add_intervals_by_hour(duck, customers, numbers.hours)
    for code, severity, count in duck.execute(
        f"SELECT code, severity, count(*) FROM {parquet(findings)} GROUP BY code, severity"  # noqa: S608
    ).fetchall():
        numbers.findings.setdefault(code, {})[severity] = count
    numbers.with_alarm = _one(
        duck, f"SELECT count(DISTINCT {KEY}) FROM {parquet(findings)} WHERE severity = 'alarm'"  # noqa: S608
    )  # fmt: skip
    numbers.worst = list(_worst(duck, findings))
    return numbers


def _write_points(duck: duckdb.DuckDBPyConnection, customers: Path) -> None:
    duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {_POINTS} AS
        SELECT {KEY}, type, county, city, expected, coalesce(readings, 0) AS readings
        FROM (FROM {parquet(customers)} WHERE active) JOIN {EXPECTED} USING ({LENGTHS}, {SUPPLY})
        LEFT JOIN {MEASURED} USING ({KEY}) WHERE expected > 0
        """  # noqa: S608
    )


def _add_intervals(duck: duckdb.DuckDBPyConnection, numbers: Numbers) -> None:
    rows = duck.execute(
        f"""
        SELECT grouping(type), grouping(county), type, county, count(*), count(*) FILTER (readings >= expected),
        coalesce(sum(expected), 0), coalesce(sum(readings), 0)
        FROM {_POINTS} GROUP BY GROUPING SETS ((type), (county), ())
        """  # noqa: S608
    ).fetchall()
    for no_type, no_county, kind, county, *counts in rows:
        group = _group(numbers, None if no_type else kind or "", None if no_county else county or "")
        group.metering_points, group.complete, group.expected, group.received = map(int, counts)


def _add_energy(duck: duckdb.DuckDBPyConnection, enriched: Path, day: LocalDay, numbers: Numbers) -> None:
    """Adds the energy of all rows. A row without a customer has no type and no county."""
    since = f"(epoch_us(interval_start) - {int(day.start.timestamp()) * 1_000_000})"
    last = max(len(numbers.hours) - 1, 0)
    rows = duck.execute(
        f"""
        SELECT grouping(hour), grouping(type), grouping(county), hour, type, county, count(consumption_kwh),
        coalesce(sum(consumption_kwh), 0)::DECIMAL(38,6), coalesce(sum(validated_kwh), 0)::DECIMAL(38,6)
        FROM (
            SELECT greatest(least({since} // {_HOUR}, {last}), 0) AS hour, type, county, consumption_kwh, validated_kwh
            FROM {parquet(enriched)}
        ) GROUP BY GROUPING SETS ((hour), (type), (county), ())
        """  # noqa: S608
    ).fetchall()
    for no_hour, no_type, no_county, hour, kind, county, *sums in rows:
        group = (
            numbers.hours[hour]
            if not no_hour
            else _group(numbers, None if no_type else kind or "", None if no_county else county or "")
        )
        group.readings, group.kwh, group.validated_kwh = sums
    for method, count in duck.execute(
        f"SELECT validated_by, count(*) FROM {parquet(enriched)} WHERE validated_by <> 'reading' GROUP BY 1"  # noqa: S608
    ).fetchall():
        numbers.estimated[method] = count


def _add_intervals_by_hour(duck: duckdb.DuckDBPyConnection, customers: Path, hours: list[Group]) -> None:
    ones = f"len(replace(substr({{bits}}, 1 + hour * {_SLOTS}, {_SLOTS}), '0', ''))"
    expected = duck.execute(
        f"""
        SELECT hour, sum(customers * {ones.format(bits="due::VARCHAR")})::BIGINT
        FROM (SELECT {LENGTHS}, {SUPPLY}, count(*) AS customers FROM {parquet(customers)} WHERE active GROUP BY ALL)
        JOIN {DUE} USING ({LENGTHS}, {SUPPLY}), range({len(hours)}) hours(hour) GROUP BY hour
        """  # noqa: S608
    ).fetchall()
    received = duck.execute(
        f"SELECT hour, sum({ones.format(bits='received')})::BIGINT"  # noqa: S608
        f" FROM {MEASURED}, range({len(hours)}) hours(hour) GROUP BY hour"
    ).fetchall()
    for hour, count in expected:
        hours[hour].expected = count
    for hour, count in received:
        hours[hour].received = count


def _worst(duck: duckdb.DuckDBPyConnection, findings: Path) -> Iterator[dict[str, Any]]:
    """Yields the worst metering points with the reasons. They have the number and the region, and no name."""
    rows = duck.execute(
        f"""
        WITH found AS (
            SELECT {KEY}, count(*) FILTER (severity = 'alarm') AS alarms,
            list(struct_pack(code, severity, details) ORDER BY code) AS reasons
            FROM {parquet(findings)} GROUP BY {KEY}
        )
        SELECT {KEY}, type, city, county, expected, readings, alarms, reasons
        FROM {_POINTS} JOIN found USING ({KEY}) WHERE alarms > 0 OR readings < expected
        ORDER BY 100 * (expected - readings) / expected + {ALARM_POINTS} * alarms DESC, {KEY} LIMIT {WORST}
        """  # noqa: S608
    ).fetchall()
    for number, kind, city, county, expected, received, alarms, reasons in rows:
        yield {
            "number": number,
            "type": kind,
            "city": city,
            "county": county,
            "expected": expected,
            "received": received,
            "alarms": alarms,
            "reasons": [
                _reason(**reason) for reason in sorted(reasons, key=lambda reason: CODES.index(reason["code"]))
            ],
        }


def _reason(code: str, severity: str, details: str) -> dict[str, Any]:
    """Returns a reason with its words in English. With the details, a report in another language says it too."""
    found = json.loads(details)
    reason = {"code": code, "severity": severity, "words": BY_CODE[code].in_words(found)[:_MOST_WORDS]}
    return reason | ({"details": found} if len(details) <= _MOST_DETAILS else {})


def _group(numbers: Numbers, kind: str | None, county: str | None) -> Group:
    if kind is not None:
        return numbers.types.setdefault(kind, Group())
    return numbers.counties.setdefault(county, Group()) if county is not None else numbers.total


def _one(duck: duckdb.DuckDBPyConnection, query: str) -> int:
    found = duck.execute(query).fetchone()
    return int(found[0]) if found else 0
