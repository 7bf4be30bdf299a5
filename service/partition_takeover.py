"""A day of UTC takes over the readings of partitions that are in its way.

Releases before this one made partitions of local days, by the zone's rules of the time. Two sets of rules can overlap
or leave a hole between two days. This module gives a day its exact bounds, whatever was there. No reading is lost,
because everything happens in the caller's transaction.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from service.partition_catalog import TABLE, Partition, attach, create_table


def lock(connection: Connection) -> None:
    """Locks the readings until the end of the transaction. Call it before anything else is locked."""
    connection.exec_driver_sql(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")


def take_over(connection: Connection, other: Partition, table: str, start: datetime, end: datetime) -> None:
    """Moves the readings of `other` from `start` on and before `end` to `table`. `other` keeps the rest.

    If the removal of `other` has begun, it is completed.
    """
    finalize = " FINALIZE" if other.detaching else ""
    connection.exec_driver_sql(f"ALTER TABLE {TABLE} DETACH PARTITION {other.name}{finalize}")
    if not other.detaching:
        _move(connection, other.name, table, start, end)
        names = [other.name, f"{other.name}_rest"]
        remains = [(a, b) for a, b in ((other.start, start), (end, other.end)) if a < b]
        for name, (first, beyond) in zip(names, remains, strict=False):
            if name != other.name:
                create_table(connection, name)
                _move(connection, other.name, name, first, beyond)
        for name, (first, beyond) in zip(names, remains, strict=False):
            attach(connection, name, first, beyond)
        if remains:
            return
    connection.exec_driver_sql(f"DROP TABLE {other.name}")


def _move(connection: Connection, source: str, target: str, start: datetime, end: datetime) -> None:
    moved = {"start": start, "end": end}
    within = "sample_time >= :start AND sample_time < :end"
    connection.execute(
        text(
            f"INSERT INTO {target} SELECT * FROM {source} WHERE {within}"  # noqa: S608 - names of partitions
            " ORDER BY billing_metering_point_number, sample_time"
        ),
        moved,
    )
    connection.execute(text(f"DELETE FROM {source} WHERE {within}"), moved)  # noqa: S608
