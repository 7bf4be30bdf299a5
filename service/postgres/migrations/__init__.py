"""Migrates the database's schema by numbered revisions. A task of its own runs it before a release (decision 56).

Each revision keeps the release before it working, because that one serves while the revision runs.
"""

import functools
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from service.postgres.connections import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE, connect, sql_state

logger = logging.getLogger(__name__)

# Any number that nothing else locks in this database.
LOCK = 7_302_648_190_453_211
QUERY_CANCELED = "57014"
_SET_RETENTION = text("""
INSERT INTO retention (readings_days) VALUES (:days)
ON CONFLICT (only_row) DO UPDATE SET readings_days = excluded.readings_days
""")
_HERE = Path(__file__).parent
_pause = functools.partial(threading.Event().wait, 0.2)


class MigrationError(Exception):
    """The schema could not be brought up to date."""


@dataclass(frozen=True)
class Limits:
    """The limits of a statement that changes the schema, in seconds.

    A statement that waits for a table's lock stops every later query of the table. So it gives up after `lock`, and its
    revision begins again, for up to `patience`. A statement gets `statement` in all, because readers and writers may
    wait for its locks. `unlimited` lifts that limit for a statement that nobody waits for.
    https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-LOCK-TIMEOUT
    """

    lock: float = 2.0
    statement: float = 30.0
    patience: float = 600.0


def migrate(
    engine: Engine, timeout: float, readings_retention_days: int, *, limits: Limits = Limits(), scripts: Path = _HERE
) -> None:
    """Migrates the schema to the newest revision, and tells the database how long readings are kept.

    It waits at most `timeout` seconds for the database, and then raises `MigrationError`. It waits without a limit for
    another task that migrates, because that one may need hours. It is safe at any time and for several tasks at once. A
    session-level advisory lock, which ends with the connection, lets one task after the other do the remaining work.
    `engine` must not keep connections (`create_patient_engine`). `scripts` is the folder of the revisions.
    """
    with _connect(engine, timeout) as connection:
        _lock(connection)
        _upgrade(connection, limits, scripts)
        connection.execute(_SET_RETENTION, {"days": readings_retention_days})
        connection.commit()


@contextmanager
def unlimited(connection: Connection) -> Iterator[None]:
    """Lets the statements of a revision take as long as they need. Readers and writers must not wait for their locks.

    Such statements are CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT, and an UPDATE of a few rows at a time.
    """
    limit = connection.scalar(text("SHOW statement_timeout"))
    connection.exec_driver_sql("SET statement_timeout = 0")
    yield
    connection.execute(text("SELECT set_config('statement_timeout', :limit, false)"), {"limit": limit})


def configuration(scripts: Path) -> Config:
    """Returns Alembic's settings for the revisions in the folder `scripts`. `configparser` needs `%%` for `%`."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _connect(engine: Engine, timeout: float) -> Connection:
    try:
        return connect(engine, timeout)
    except OperationalError as error:
        raise MigrationError(f"the database does not answer: {str(error.orig).strip()}") from error


def _lock(connection: Connection) -> None:
    reported = False
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
        connection.commit()
        if not reported:
            logger.info("waiting for another task that migrates")
            reported = True
        _pause()
    connection.commit()


def _upgrade(connection: Connection, limits: Limits, scripts: Path) -> None:
    config = configuration(scripts)
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    newer = set(MigrationContext.configure(connection).get_current_heads()) - known
    connection.commit()
    if newer:
        # A deployment is under way or was rolled back. Each revision keeps the previous release working.
        logger.warning("the schema is newer than this release", extra={"fields": {"revisions": sorted(newer)}})
        return
    deadline = time.monotonic() + limits.patience
    while not _upgraded(connection, config, limits, deadline):
        _pause()
    connection.exec_driver_sql("RESET statement_timeout; RESET lock_timeout")
    connection.commit()


def _upgraded(connection: Connection, config: Config, limits: Limits, deadline: float) -> bool:
    """Runs the outstanding revisions. Returns False where a lock stopped one and there is still time."""
    for name, seconds in (("lock_timeout", limits.lock), ("statement_timeout", limits.statement)):
        connection.exec_driver_sql(f"SET {name} = {int(seconds * 1000)}")
    connection.commit()
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        connection.rollback()
        if sql_state(error) == QUERY_CANCELED:
            raise MigrationError(
                f"a statement of a revision took longer than {limits.statement:g} s, and only one within "
                f"`unlimited` may: {error.orig}"
            ) from error
        if sql_state(error) not in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}:
            raise
        if time.monotonic() > deadline:
            raise MigrationError(f"a table stayed locked for {limits.patience:g} s: {error.orig}") from error
        logger.warning("a table is locked, the revision begins again", extra={"fields": {"reason": str(error.orig)}})
        return False
    connection.commit()
    return True
