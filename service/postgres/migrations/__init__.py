"""Migrates the database's schema by numbered revisions when the service starts."""

import functools
import logging
import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

logger = logging.getLogger(__name__)

# Any number that nothing else locks in this database.
LOCK = 7_302_648_190_453_211
_SET_RETENTION = text("""
INSERT INTO retention (readings_days) VALUES (:days)
ON CONFLICT (only_row) DO UPDATE SET readings_days = excluded.readings_days
""")
_pause = functools.partial(threading.Event().wait, 0.2)


class MigrationError(Exception):
    """The schema could not be brought up to date in time."""


def migrate(engine: Engine, timeout: float, readings_retention_days: int) -> None:
    """Migrates the schema to the newest revision, and tells the database how long readings are kept.

    It waits at most `timeout` seconds for the database and for another task that migrates, and then raises
    `MigrationError`. It is safe at any time and for several tasks at once. A session-level advisory lock, which ends
    with the connection, lets one task after the other do the remaining work. `engine` must not keep connections
    (`create_migration_engine`).
    """
    deadline = time.monotonic() + timeout
    with _connect(engine, deadline) as connection:
        _lock(connection, deadline)
        _upgrade(connection)
        connection.execute(_SET_RETENTION, {"days": readings_retention_days})
        connection.commit()


def configuration(scripts: Path) -> Config:
    """Returns Alembic's settings for the revisions in the folder `scripts`. `configparser` needs `%%` for `%`."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _connect(engine: Engine, deadline: float) -> Connection:
    reported = ""
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            reason = str(error.orig).strip()
            if time.monotonic() > deadline:
                raise MigrationError(f"the database does not answer: {reason}") from error
            if reason != reported:
                logger.info("waiting for the database", extra={"fields": {"reason": reason}})
            reported = reason
        _pause()


def _lock(connection: Connection, deadline: float) -> None:
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if time.monotonic() > deadline:
            raise MigrationError("another task holds the migration lock")
        _pause()
    connection.commit()


def _upgrade(connection: Connection) -> None:
    config = configuration(Path(__file__).parent)
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    newer = set(MigrationContext.configure(connection).get_current_heads()) - known
    connection.commit()
    if newer:
        # A deployment is under way or was rolled back. Each revision keeps the previous release working.
        logger.warning("the schema is newer than this release", extra={"fields": {"revisions": sorted(newer)}})
        return
    command.upgrade(config, "head")
    connection.commit()
