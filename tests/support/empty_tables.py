"""Empties the tables of readings between tests."""

from psycopg2.errors import DeadlockDetected
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

ATTEMPTS = 10


def empty_tables(engine: Engine) -> None:
    """Empties both tables.

    A service that runs reads the partitions of both tables in its own order. Where Postgres ends this statement because
    of that, it is tried again. https://www.postgresql.org/docs/18/explicit-locking.html#LOCKING-DEADLOCKS
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql("TRUNCATE energy_consumption, energy_consumption_history")
            return
        except OperationalError as error:
            if not isinstance(error.orig, DeadlockDetected) or attempt == ATTEMPTS:
                raise
