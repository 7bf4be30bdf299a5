"""Finds the shards of a day that have received readings since an instant.

A BRIN index on `received_at` serves the query. It has the least and the greatest value of each 128 pages. So the query
reads the pages that were written since, and not the partition.
https://www.postgresql.org/docs/18/brin.html

A version that replaces another one is a row of `energy_consumption` too, so the history is not asked.
"""

from datetime import datetime, timedelta

from psycopg2 import sql
from psycopg2.extensions import connection

from domain.days import LocalDay

MARGIN = timedelta(minutes=2)
"""Longer than any statement of the service (5 s, `statement_timeout`) and the snapshot's wait for it.

A false hit is harmless: a part that did not change is not published. It costs the export of its shard once.
"""


def changed_shards(postgres: connection, day: LocalDay, boundaries: tuple[str, ...], since: datetime) -> list[int]:
    """Returns the numbers of the shards with readings that arrived after `since`, less the margin, in order."""
    with postgres.cursor() as cursor:
        cursor.execute(changed_shards_query(day, boundaries, since))
        return [number for (number,) in cursor.fetchall()]


def changed_shards_query(day: LocalDay, boundaries: tuple[str, ...], since: datetime) -> sql.Composed:
    """Returns the query. `width_bucket` gives the number of boundaries up to the metering point's number.

    https://www.postgresql.org/docs/18/functions-math.html#FUNCTIONS-MATH-FUNC-TABLE
    """
    return sql.SQL(
        "SELECT DISTINCT width_bucket(billing_metering_point_number, CAST({boundaries} AS text[])) AS shard"
        " FROM energy_consumption"
        " WHERE interval_start >= {start} AND interval_start < {end} AND received_at > {since}"
        " ORDER BY shard"
    ).format(
        boundaries=sql.Literal(list(boundaries)),
        start=sql.Literal(day.start),
        end=sql.Literal(day.end),
        since=sql.Literal(since - MARGIN),
    )


def has_readings(postgres: connection, day: LocalDay) -> bool:
    """Returns whether the day has a reading. Postgres stops at the first."""
    with postgres.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM energy_consumption WHERE interval_start >= %s AND interval_start < %s)",
            (day.start, day.end),
        )
        return cursor.fetchone() == (True,)
