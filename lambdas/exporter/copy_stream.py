"""Streams a shard's rows of a day as text out of Postgres. DuckDB reads the stream while Postgres sends it."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from psycopg2 import sql
from psycopg2.extensions import connection

from domain.readings import EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask

BUFFER_BYTES = 1 << 20
"""Postgres sends one row at a time. Without the buffer, each row would wake the reader."""


def shard_query(task: ShardTask, *, with_history: bool) -> sql.Composed:
    """Returns a `COPY` of the shard's rows of the day as known at the run's instant, in the order of the objects.

    A version was known from its arrival until the arrival of the version that replaced it. So the current versions
    that had arrived count, and with them the versions of the history that were replaced later. A withdrawn reading has
    no values and is left out.

    Without the history, Postgres reads the partitions in the order of their keys. With it, it sorts all rows, which
    takes 0.3 times longer. So the caller asks before whether the history has such versions (`replaced_later_query`).

    Times are in the zone of the session, which is UTC (`session_options`). A conversion of each time in the query
    would cost 5 % more of the database's time.
    """
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in EXPORTED_COLUMNS)
    current = sql.SQL(
        "SELECT {columns} FROM energy_consumption WHERE {range} AND received_at <= {instant} AND NOT withdrawn"
    )
    history = sql.SQL(" UNION ALL SELECT {columns} FROM energy_consumption_history WHERE {replaced_later}")
    versions = [current.format(columns=columns, range=_range(task), instant=sql.Literal(task.as_known_at))]
    if with_history:
        versions.append(history.format(columns=columns, replaced_later=_replaced_later(task)))
    return sql.SQL("COPY ({} ORDER BY billing_metering_point_number, interval_start) TO STDOUT").format(
        sql.Composed(versions)
    )


def replaced_later_query(task: ShardTask) -> sql.Composed:
    """Returns the query whether the history has a version that was known at the instant and replaced later.

    A BRIN index on `replaced_at` serves it. Where nothing was replaced since, it reads the index's summary alone.
    https://www.postgresql.org/docs/18/brin.html
    """
    return sql.SQL("SELECT EXISTS (SELECT FROM energy_consumption_history WHERE {})").format(_replaced_later(task))


def _replaced_later(task: ShardTask) -> sql.Composed:
    return sql.SQL("{range} AND received_at <= {instant} AND replaced_at > {instant} AND NOT withdrawn").format(
        range=_range(task), instant=sql.Literal(task.as_known_at)
    )


def _range(task: ShardTask) -> sql.Composed:
    return sql.SQL(
        "interval_start >= {start} AND interval_start < {end}"
        " AND billing_metering_point_number >= {first} AND billing_metering_point_number < {beyond}"
    ).format(
        start=sql.Literal(task.day.start),
        end=sql.Literal(task.day.end),
        first=sql.Literal(task.shard.first),
        beyond=sql.Literal(task.shard.end),
    )


@contextmanager
def streamed(postgres: connection, query: sql.Composed) -> Iterator[str]:
    """Runs a `COPY ... TO STDOUT` while the block reads the yielded path, once, to its end.

    The reader cannot distinguish a broken stream from a complete one. So its result counts only after the block,
    which raises Postgres's error at its end. A block that fails ends the COPY.
    """
    # An anonymous pipe, because opening its path never blocks. Opening a named pipe without a writer blocks.
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(max_workers=1) as pool:
        copying = pool.submit(_copy, postgres, query, write_end)
        try:
            yield f"/proc/self/fd/{read_end}"
        except BaseException:
            postgres.cancel()
            raise
        finally:
            os.close(read_end)
        copying.result()


def _copy(postgres: connection, query: sql.Composed, write_end: int) -> None:
    with os.fdopen(write_end, "wb", BUFFER_BYTES) as pipe, postgres.cursor() as cursor:
        cursor.copy_expert(query, pipe)
