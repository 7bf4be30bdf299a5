"""Chooses the instant whose knowledge a run publishes, and waits for the writers that began before it.

A reading has the time of its statement as `received_at` (`statement_timestamp()`). A statement that began before the
instant can commit after it. So the export begins when each such transaction has ended. Postgres gives a transaction its
id at its first write, shortly after its statement began. `SETTLE_SECONDS` is that time.

| not covered | found by |
|---|---|
| a statement without a transaction id `SETTLE_SECONDS` after its begin | the next catch-up, by its margin |
| a transaction that is longer than `LONGEST_WAIT_SECONDS` | the next catch-up, unless it also outlasts its margin |

https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from psycopg2.extensions import connection

from lambdas.runtime.logs import log

SETTLE_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 30.0
"""A statement of the service ends after 5 s (`statement_timeout`). Something longer is no batch of readings."""
POLL_SECONDS = 0.05


def take_snapshot(postgres: connection, pause: Callable[[float], None] = time.sleep) -> datetime:
    """Returns the instant by the database's clock, after the wait. Ends the connection's own snapshot."""
    postgres.rollback()
    postgres.autocommit = True  # each query sees the transactions of its own moment
    instant = _one(postgres, "SELECT clock_timestamp()")
    pause(SETTLE_SECONDS)
    # An id of its own is greater than the ids of all transactions under way. The snapshot's xmax may not be: it follows
    # the last transaction that has ended.
    first_later = _one(postgres, "SELECT pg_current_xact_id()::text::bigint")
    waited = 0.0
    while _one(postgres, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint") < first_later:
        if waited > LONGEST_WAIT_SECONDS:
            log("a transaction is under way for long; the snapshot does not wait for it", logging.WARNING)
            break
        pause(POLL_SECONDS)
        waited += POLL_SECONDS
    chosen: datetime = instant.astimezone(UTC)
    return chosen


def _one(postgres: connection, query: str) -> Any:
    with postgres.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    assert row is not None  # noqa: S101  a SELECT of a function has a row
    return row[0]
