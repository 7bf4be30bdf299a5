"""Makes readings and customers by the million."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import duckdb
import psycopg2
from sqlalchemy import Engine, NullPool, create_engine, text

from bench.world import World
from domain.customers import KEY
from domain.days import LocalDay
from domain.intervals import interval_starts
from domain.object_keys import customer_index_key, customer_part_key, customer_parts_key
from lambdas.runtime.customer_parts import line_of, write_part
from service.partition_catalog import TABLE, utc_days
from service.postgres import migrations, partitions
from service.settings import Settings

ZONE = Settings.time_zone
DAY = date(2026, 11, 3)
_FIRST = 2_000_000_001


def number_at(index: int) -> str:
    """Returns the number of a metering point, counted from 0. All have 10 digits and are above the demo customers'."""
    return str(_FIRST + index)


PER_DAY = 96

# Every 100th metering point lacks a reading. Every 200th lacks its network parameters.
_READINGS = text("""
INSERT INTO energy_consumption (billing_metering_point_number, interval_start, interval_minutes, given, consumption_kwh,
    average_voltage_v, average_frequency_hz, voltage_drops, down_time_seconds, quality, reported_at, received_at,
    withdrawn)
SELECT number::text, start, 15, 0, round(random()::numeric * 2, 3), v, CASE WHEN v IS NULL THEN NULL ELSE 49.95 END,
    CASE WHEN v IS NULL THEN NULL ELSE 0 END, CASE WHEN v IS NULL THEN NULL ELSE 0 END, 'measured',
    start + interval '16 minutes 1.234567 seconds', start + interval '16 minutes 1.234567 seconds', false
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS number,
    generate_series(CAST(:start AS timestamptz), CAST(:last_start AS timestamptz), '15 minutes') AS start,
    LATERAL (SELECT CASE WHEN number % 200 = 1 THEN NULL
                    ELSE 230 + (number + extract(epoch FROM start)::bigint / 900) % 100 / 10.0 END AS v) AS voltage
WHERE NOT (number % 100 = 0 AND start = CAST(:start AS timestamptz))
""")

_CUSTOMERS = """
COPY (
    SELECT CAST(number AS VARCHAR) AS billing_metering_point_number, 'Customer ' || number AS name,
        'Ulica ' || number % 977 || ' ' || number % 89 AS address, 'City ' || number % 127 AS city,
        'County ' || number % 21 AS county, 'customer.' || number || '@example.com' AS email,
        ['HH', 'HHP', 'I', 'C', 'P'][1 + number % 5] AS type, true AS active,
        '15' AS interval_lengths, '/' AS supply, CAST(NULL AS DOUBLE) AS contracted_kw, false AS notify,
        'hr' AS language
    FROM range({first}, {end}) AS numbers (number)
) TO '{path}' (FORMAT {format})
"""


@contextmanager
def readings_database(world: World, name: str = "bench_pipeline") -> Iterator[str]:
    """Yields the address of a database with the service's schema and no reading."""
    with world.database(name) as url:
        migrations.migrate(engine_of(url), timeout=60, readings_retention_days=Settings.readings_retention_days)
        yield url


def engine_of(url: str) -> Engine:
    """Makes an engine that opens a new connection to a libpq address for each call."""
    return create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(url), poolclass=NullPool)


def fill(url: str, rows: int, *, day: date = DAY, days: int = 1) -> int:
    """Stores at least `rows` readings for each of the `days` that end with `day`. Returns the metering points."""
    points = -(-rows // PER_DAY)
    for shift in range(days):
        local = LocalDay(day - timedelta(days=shift), ZONE)
        with engine_of(url).begin() as connection:
            partitions.create(connection, utc_days(local.start, local.end))
            connection.execute(
                _READINGS,
                {
                    "first": _FIRST,
                    "last": _FIRST + points - 1,
                    "start": local.start,
                    "last_start": interval_starts(local)[-1],
                },
            )
    with engine_of(url).execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE energy_consumption")  # as autovacuum does soon after
    return points


def empty(url: str, *days: date) -> None:
    """Drops the partitions with the readings of local days, and with their history."""
    local_days = [LocalDay(day, ZONE) for day in days]
    with engine_of(url).begin() as connection:
        for utc_day in {each for day in local_days for each in utc_days(day.start, day.end)}:
            for table in (TABLE, f"{TABLE}_history"):
                connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}_utc_{utc_day:%Y%m%d}")


def write_customers(path: Path, count: int, kind: str) -> None:
    """Writes the first `count` customers in the order of their numbers, as `json` or `csv`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(_CUSTOMERS.format(first=_FIRST, end=_FIRST + count, path=path, format=kind))


def write_customer_part(folder: Path, run: str, count: int, *, day: date = DAY) -> None:
    """Writes the first `count` customers as the one part of a run, as the planner does, into a folder for a bucket."""
    name = "00000-000-bench"
    part, index = folder / customer_part_key(day, run, name), folder / customer_index_key(day, run, name)
    lines = folder / "customers.ndjson"
    write_customers(lines, count, "json")
    part.parent.mkdir(parents=True, exist_ok=True)
    with lines.open() as file:
        rows = map(json.loads, file)
        index.write_bytes(write_part((line_of(row[KEY], row) for row in rows), part).encode())
    lines.unlink()
    (folder / customer_parts_key(day, run)).write_text(json.dumps([name]))
