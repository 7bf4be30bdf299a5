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


def shard_query(task: ShardTask) -> sql.Composed:
    """Returns a `COPY` of the shard's current rows of the day, in the order of the objects.

    A withdrawn reading has no values and is left out.

    Times are in the zone of the session, which is UTC (`session_options`). A conversion of each time in the query
    would cost 5 % more of the database's time.
    """
    columns = [sql.Identifier(name) for name in EXPORTED_COLUMNS]
    return sql.SQL(
        "COPY (SELECT {columns} FROM energy_consumption"
        " WHERE energy_consumption.interval_start >= {start} AND energy_consumption.interval_start < {end}"
        " AND billing_metering_point_number >= {first} AND billing_metering_point_number < {beyond}"
        " AND NOT withdrawn"
        " ORDER BY billing_metering_point_number, energy_consumption.interval_start)"
        " TO STDOUT"
    ).format(
        columns=sql.SQL(", ").join(columns),
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
