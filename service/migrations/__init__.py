"""The database's schema in numbered revisions, brought up to date when the service starts."""

import logging
import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

logger = logging.getLogger(__name__)

# Any number that nothing else locks in this database.
LOCK = 7_302_648_190_453_211
_PAUSE = 0.2


class MigrationError(Exception):
    """The schema could not be brought up to date in time."""


def migrate(engine: Engine, timeout: float) -> None:
    """Bring the schema up to the newest revision, waiting at most `timeout` seconds for the database and
    for another task that is doing the same.

    Raises `MigrationError` after that. Safe to run at any time and by several at once: a session-level
    advisory lock lets one after the other look what is left to do.
    """
    deadline = time.monotonic() + timeout
    with _connect(engine, deadline) as connection:
        _lock(connection, deadline)
        command.upgrade(_config(connection), "head")
        connection.commit()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def _connect(engine: Engine, deadline: float) -> Connection:
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            if time.monotonic() > deadline:
                raise MigrationError(f"the database does not answer: {error.orig}") from error
            logger.info("waiting for the database")
        threading.Event().wait(_PAUSE)


def _lock(connection: Connection, deadline: float) -> None:
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise MigrationError("another task holds the migration lock")
        threading.Event().wait(_PAUSE)
    connection.commit()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config
