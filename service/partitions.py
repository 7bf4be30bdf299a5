"""The partitions of `energy_consumption`: one for each local day of the configured zone.

Making one and letting one go block neither readers nor writers of the table: `ATTACH` and
`DETACH ... CONCURRENTLY` take no lock on it that a query waits for.
https://www.postgresql.org/docs/18/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
"""

import re
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, text

from lambdas.shared.days import LocalDay

TABLE = "energy_consumption"

LOCK = 7_302_648_190_453_212
"""Held while partitions are made: two that make the same one take turns. Any number that nothing else locks."""

_NAME = re.compile(rf"{TABLE}_(?P<day>[0-9]{{8}})")

_ATTACHED = text("""
SELECT child.relname, inheritance.inhdetachpending
FROM pg_inherits AS inheritance JOIN pg_class AS child ON child.oid = inheritance.inhrelid
WHERE inheritance.inhparent = CAST(:table AS regclass)
""")

# A partition whose removal was cut off between the two steps is a table that is no partition any more.
_NAMED = text("""
SELECT relname FROM pg_class
WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = CAST(:table AS regclass))
    AND relkind = 'r' AND starts_with(relname, :table || '_')
""")


def partition_name(day: date) -> str:
    """E.g. `energy_consumption_20260329`."""
    return f"{TABLE}_{day:%Y%m%d}"


def partition_day(name: str) -> date | None:
    """The day of a partition's name; none for the name of another table."""
    match = _NAME.fullmatch(name)
    return date.fromisoformat(match["day"]) if match else None


def create(connection: Connection, days: Iterable[date], zone: ZoneInfo) -> list[str]:
    """Make the partitions of `days` that are lacking, within the connection's transaction. Returns their names."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    present = attached(connection)
    lacking = [day for day in sorted(set(days)) if partition_name(day) not in present]
    for day in lacking:
        _create(connection, LocalDay(day, zone))
    return [partition_name(day) for day in lacking]


def drop_before(engine: Engine, oldest: date) -> list[str]:
    """Drop the partitions of the days before `oldest`. Returns their names.

    Waits for the queries that use them. What an earlier call left half done is completed.
    """
    dropped = []
    # DETACH CONCURRENTLY works in two transactions of its own.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        present = attached(connection)
        for name in sorted(connection.scalars(_NAMED, {"table": TABLE})):
            day = partition_day(name)
            if day is not None and day < oldest:
                _drop(connection, name, pending=present.get(name))
                dropped.append(name)
    return dropped


def attached(connection: Connection) -> dict[str, bool]:
    """The partitions by name, each with whether its removal has begun."""
    return {row.relname: row.inhdetachpending for row in connection.execute(_ATTACHED, {"table": TABLE})}


def _create(connection: Connection, day: LocalDay) -> None:
    name = partition_name(day.date)
    connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {TABLE} INCLUDING ALL)")
    connection.exec_driver_sql(
        f"ALTER TABLE {TABLE} ATTACH PARTITION {name}"
        f" FOR VALUES FROM ('{day.start.isoformat()}') TO ('{day.end.isoformat()}')"
    )


def _drop(connection: Connection, name: str, *, pending: bool | None) -> None:
    if pending is not None:
        step = "FINALIZE" if pending else "CONCURRENTLY"
        connection.exec_driver_sql(f"ALTER TABLE {TABLE} DETACH PARTITION {name} {step}")
    connection.exec_driver_sql(f"DROP TABLE {name}")
