"""Publishes synthetic days for the console, with the writers of the functions, into a folder in place of S3.

Each day has the parts and the record that a run writes: the same columns, groups of rows and compression. Every 100th
metering point lacks one reading a day.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from bench.pipeline_data import PER_DAY, ZONE, number_at
from domain.customer_rows import COLUMNS as CUSTOMERS
from domain.customers import KEY
from domain.days import LocalDay, format_instant
from domain.object_keys import (
    customers_part_key,
    days_part_key,
    findings_part_key,
    part_key,
    publication_key,
)
from domain.publications import Part, Publication, PublishedShard, write_publication
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS, VALIDATED_COLUMNS
from lambdas.alerting.day_rows import COLUMNS as DAYS
from lambdas.alerting.finding_rows import COLUMNS as FINDINGS
from lambdas.runtime.duck import literal, open_duckdb, write_parquet
from lambdas.runtime.part_totals import totals
from lambdas.runtime.stored_parts import Stored, hash_of

BUCKET = "enriched"
LAST_DAY = date(2026, 3, 20)
"""The clocks do not change in the 90 days before."""

SHARDS = 2
LACKS_ONE = 100
_MEMORY_MIB = 2048

_CUSTOMER = {
    KEY: "number::VARCHAR",
    "name": "'Customer ' || number",
    "address": "'Ulica ' || number % 977 || ' ' || number % 89",
    "city": "'City ' || number % 127",
    "county": "'County ' || number % 21",
    "email": "'customer.' || number || '@example.com'",
    "type": "['HH', 'HHP', 'I', 'C', 'P'][1 + number % 5]",
    "active": "true",
    "interval_lengths": "'15'",
    "supply": "'/'",
    "contracted_kw": "11.0",
    "notify": "false",
    "language": "'hr'",
}
_KWH = "round(0.1 + 0.2 * (1 + sin(slot / 15.0)) + hash(number, slot, {day}) % 200 / 1000.0, 3)"
_READING = {
    "interval_start": "make_timestamptz(({start} + slot * 900) * 1000000)",
    "interval_minutes": "15",
    "consumption_kwh": _KWH,
    "production_kwh": "hash(slot, number) % 100 / 1000.0",
    "average_voltage_v": "230 + hash(number, slot, {day}, 1) % 100 / 10.0 - 5",
    "average_frequency_hz": "49.95 + hash(slot, {day}) % 100 / 1000.0",
    "voltage_drops": "0",
    "down_time_seconds": "0",
    "quality": "'measured'",
    "reported_at": "make_timestamptz(({start} + slot * 900 + 960) * 1000000)",
    "received_at": "make_timestamptz(({start} + slot * 900 + 961) * 1000000)",
    "quality_code": "0",
    "findings": "[]",
    "validated_kwh": _KWH,
    "validated_by": "'reading'",
}


def publish_days(folder: Path, points: int, days: int) -> list[date]:
    """Publishes so many days that end with `LAST_DAY`. Returns them in order."""
    published = last_days(days)
    with open_duckdb(folder, _MEMORY_MIB) as duck:
        duck.execute("SET threads = 2")
        for day in published:
            _publish(duck, folder, day, points)
    return published


def last_days(days: int) -> list[date]:
    """Returns so many days that end with `LAST_DAY`, in order."""
    return [LAST_DAY - timedelta(days=back) for back in reversed(range(days))]


def publication(day: date, edges: Sequence[int], shards: Sequence[PublishedShard]) -> Publication:
    """Returns the record of a day. Shard n has the metering points from `edges[n]` to before `edges[n + 1]`."""
    known = LocalDay(day, ZONE).end + timedelta(hours=3)
    return Publication(
        date=day,
        number=1,
        run=f"arn:aws:states:eu-central-1:000000000000:execution:bench:{day}",
        code="bench",
        rules="bench",
        as_known_at=known,
        published_at=known + timedelta(minutes=2),
        least_shards=SHARDS,
        boundaries=tuple(number_at(edge) for edge in edges[1:-1]),
        shards=tuple(shards),
    )


def write_object(folder: Path, key: str, text: str) -> None:
    """Writes an object into the folder in place of S3."""
    path = folder / BUCKET / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _publish(duck: duckdb.DuckDBPyConnection, folder: Path, day: date, points: int) -> None:
    edges = [points * index // SHARDS for index in range(SHARDS + 1)]
    shards = [_shard(duck, folder / BUCKET, day, index, pair) for index, pair in enumerate(pairwise(edges))]
    write_object(folder, publication_key(day, 1), write_publication(publication(day, edges, shards)))


def _shard(
    duck: duckdb.DuckDBPyConnection, bucket: Path, day: date, number: int, points: tuple[int, int]
) -> PublishedShard:
    start = int(LocalDay(day, ZONE).start.timestamp())
    numbers = f"(SELECT {number_at(0)} + i AS number FROM range({points[0]}, {points[1]}) n(i))"  # noqa: S608
    values = {name: text.format(start=start, day=day.toordinal()) for name, text in (_CUSTOMER | _READING).items()}
    lacking = f"number % {LACKS_ONE} = 0"

    def rows(columns: dict[str, str]) -> str:
        return ", ".join(f"({values.get(name, 'NULL')})::{kind} AS {name}" for name, kind in columns.items())

    enriched = rows({**EXPORTED_COLUMNS, **CUSTOMER_COLUMNS, **VALIDATED_COLUMNS})
    there = f"NOT ({lacking} AND slot = 40)"
    slots = f"range({PER_DAY}) s(slot)"
    summary = {
        KEY: "number::VARCHAR",
        "kwh": "list_sum([x.k for x in kwh])",
        "readings": f"{PER_DAY} - ({lacking})::INTEGER",
        "expected": str(PER_DAY),
        "minutes": "15",
        "codes": f"CASE WHEN {lacking} THEN ['ICD'] ELSE [] END",
        "alarms": f"({lacking})::INTEGER",
        "kwh_values": "[x.k for x in kwh]",
    }
    by_day = ", ".join(f"({summary.get(name, 'NULL')})::{kind} AS {name}" for name, kind in DAYS.items())
    missing = format_instant(datetime.fromtimestamp(start + 40 * 900, UTC))
    found = {
        KEY: "number::VARCHAR",
        "code": "'ICD'",
        "severity": "'alarm'",
        "version": "1",
        "parameters": "'{}'",
        "intervals": literal(json.dumps([missing])),
        "details": literal(
            json.dumps(
                {
                    "expected_intervals": PER_DAY,
                    "received_intervals": PER_DAY - 1,
                    "missing_intervals": 1,
                    "first_missing_intervals": [missing],
                }
            )
        ),
    }
    findings = ", ".join(f"({found[name]})::{kind} AS {name}" for name, kind in FINDINGS.items())
    energy = f"SELECT number, list({{'k': {values['consumption_kwh']}}} ORDER BY slot) AS kwh"
    queries = {
        part_key(day, number): f"SELECT {enriched} FROM {numbers}, {slots} WHERE {there} ORDER BY number, slot",  # noqa: S608
        customers_part_key(day, number): f"SELECT {rows(dict(CUSTOMERS))} FROM {numbers} ORDER BY number",  # noqa: S608
        findings_part_key(day, number): f"SELECT {findings} FROM {numbers} WHERE {lacking} ORDER BY number",  # noqa: S608
        days_part_key(day, number): f"SELECT {by_day} FROM ({energy} FROM {numbers}, {slots} WHERE {there}"  # noqa: S608
        " GROUP BY number) ORDER BY number",
    }
    readings, customers, findings_part, days_part = (
        _part(duck, bucket, key, query, counts_energy=key == part_key(day, number)) for key, query in queries.items()
    )
    return PublishedShard(number, readings, readings, customers, findings_part, days_part, rows_without_customer=0)


def _part(duck: duckdb.DuckDBPyConnection, bucket: Path, key: str, query: str, *, counts_energy: bool) -> Part:
    path = bucket / key
    path.parent.mkdir(parents=True, exist_ok=True)
    write_parquet(duck, query, path)
    counted = totals(duck, path, kwh="consumption_kwh" if counts_energy else None)
    return counted.part(key, Stored("1", hash_of(path)))
