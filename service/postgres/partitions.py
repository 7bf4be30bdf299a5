"""Creates and drops the partitions of `energy_consumption`.

This does not block readers or writers of the table. No query waits for the locks of `ATTACH` and `DETACH ...
CONCURRENTLY`. The one exception is a partition of an earlier release without the bounds of a day of UTC.
https://www.postgresql.org/docs/18/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
"""

import functools
import threading
import time
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from service import partition_takeover
from service.partition_catalog import (
    TABLE,
    Partition,
    attach,
    attached,
    bounds,
    create_table,
    cut_off,
    names,
    not_named_for_utc,
    partition_name,
    utc_day,
)
from service.postgres.connections import LOCK_NOT_AVAILABLE, sql_state

LOCK = 7_302_648_190_453_212
"""The number of the advisory lock for making partitions. No other code locks this number."""

_pause = functools.partial(threading.Event().wait, 0.2)


def lacking(connection: Connection, days: Iterable[date]) -> list[date]:
    """Returns the days of `days` (of UTC) without a partition, in order."""
    present = names(connection)
    return [day for day in sorted(set(days)) if partition_name(day) not in present]


def create(connection: Connection, days: Iterable[date]) -> list[str]:
    """Creates the missing partitions of `days` (of UTC) in the connection's transaction. Returns their names."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    made = lacking(connection, days)
    others = not_named_for_utc(connection)
    for day in made:
        if _create(connection, day, others):
            others = not_named_for_utc(connection)
    return [partition_name(day) for day in made]


def align(engine: Engine, timeout: float) -> int:
    """Gives the partitions of earlier releases the bounds of days of UTC. Returns the number of days.

    Each day is one transaction. Readers and writers wait during it and continue after it. An interrupted call can be
    repeated and continues. Raises the driver's error where another query blocks a day for `timeout` seconds.
    """
    done = 0
    deadline = time.monotonic() + timeout
    while (day := _first_to_align(engine)) is not None:
        try:
            with engine.begin() as connection:
                # A statement that waits for the table's lock blocks all later ones. So it gives up and tries again.
                connection.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
                create(connection, [day])
        except OperationalError as error:
            if sql_state(error) != LOCK_NOT_AVAILABLE or time.monotonic() > deadline:
                raise
            _pause()
            continue
        done += 1
        deadline = time.monotonic() + timeout
    return done


def drop_before(engine: Engine, oldest: datetime) -> list[str]:
    """Drops the partitions whose days are before `oldest` (aware). Returns their names.

    It waits for the queries that use them, and completes an earlier call that was interrupted.
    """
    # DETACH CONCURRENTLY uses 2 transactions of its own.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        past = [partition for partition in attached(connection) if partition.end <= oldest]
        for partition in past:
            step = "FINALIZE" if partition.detaching else "CONCURRENTLY"
            connection.exec_driver_sql(f"ALTER TABLE {TABLE} DETACH PARTITION {partition.name} {step}")
        dropped = sorted({*(partition.name for partition in past), *cut_off(connection, oldest)})
        for name in dropped:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    return dropped


def _create(connection: Connection, day: date, others: Iterable[Partition]) -> bool:
    """Creates the partition of `day`. Returns whether it changed other partitions."""
    name, (start, end) = partition_name(day), bounds(day)
    in_the_way = [partition for partition in others if partition.overlaps(start, end)]
    if in_the_way:
        partition_takeover.lock(connection)
    create_table(connection, name)
    for partition in in_the_way:
        partition_takeover.take_over(connection, partition, name, start, end)
    attach(connection, name, start, end)
    return bool(in_the_way)


def _first_to_align(engine: Engine) -> date | None:
    with engine.connect() as connection:
        others = [each for each in not_named_for_utc(connection) if not each.detaching]
    return utc_day(others[0].start) if others else None
