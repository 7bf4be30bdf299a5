"""Connects to Postgres with a bounded pool. Every wait has a timeout."""

import logging
import threading
import time
from functools import partial
from typing import Any

import psycopg2
from sqlalchemy import URL, Connection, Dialect, Engine, NullPool, QueuePool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from service.postgres.login import Credentials, Login, secret_reader
from service.settings import DatabaseSettings, Settings

# https://www.postgresql.org/docs/18/errcodes-appendix.html: a former primary answers with
# read_only_sql_transaction after a failover.
READ_ONLY = "25006"
SERIALIZATION_FAILURE = "40001"
DEADLOCK_DETECTED = "40P01"
CHECK_VIOLATION = "23514"
LOCK_NOT_AVAILABLE = "55P03"

logger = logging.getLogger(__name__)

TRUSTED_FOR = 0.5
"""For so many seconds after its last use, a connection is used without a ping. When there are many groups of batches,
this saves a round trip for each group. HikariCP does the same (its `aliveBypassWindowMs`).
"""

_pause = partial(threading.Event().wait, 0.2)

# The driver's own errors. SQLAlchemy does not wrap the errors of a connection that returns to its pool.
LOST_CONNECTION = (psycopg2.OperationalError, psycopg2.InterfaceError)


def create_pool(settings: Settings, size: int) -> Engine:
    """Makes an engine with at most `size` connections. It connects when it is first used.

    Each statement is a transaction of its own. This saves the round trips of BEGIN and COMMIT.
    """
    engine = create_engine(
        _url(settings),
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        pool_reset_on_return=None,  # no statement leaves a transaction open
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args=_connect_args(settings, statement_timeout=settings.statement_timeout),
    )
    event.listen(engine, "do_connect", partial(_log_in, _login(settings)))
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping_if_rested, engine))
    return engine


def _login(settings: DatabaseSettings) -> Login:
    secret = settings.database_secret_arn
    credentials = Credentials(settings.database_user, settings.database_password)
    return Login(credentials, secret_reader(secret) if secret else None)


def _log_in(
    login: Login, dialect: Dialect, _record: ConnectionPoolEntry, arguments: list[Any], parameters: dict[str, Any]
) -> DBAPIConnection:
    """Opens a connection with the present password. https://docs.sqlalchemy.org/en/20/core/events.html (do_connect)"""
    opened: DBAPIConnection = login.connect(lambda **given: dialect.connect(*arguments, **parameters | given))
    return opened


def _note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_rested(engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Pings a connection that was not used just now. Where it is dead, the pool makes new connections.

    https://docs.sqlalchemy.org/en/20/core/pooling.html#custom-legacy-pessimistic-ping
    """
    now = time.monotonic()
    if now - record.info.get("used", now) < TRUSTED_FOR:
        return
    try:
        engine.dialect.do_ping(connection)
    except LOST_CONNECTION as error:
        raise InvalidatePoolError from error


def create_patient_engine(settings: DatabaseSettings) -> Engine:
    """Makes an engine whose statements have no timeout, for the upkeep and the migration. It keeps no connections."""
    engine = create_engine(
        _url(settings),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=_connect_args(settings, statement_timeout=0),
    )
    event.listen(engine, "do_connect", partial(_log_in, _login(settings)))
    return engine


def connect(engine: Engine, timeout: float) -> Connection:
    """Opens a connection. Waits at most `timeout` seconds for the database, and then raises the driver's error."""
    deadline, reported = time.monotonic() + timeout, ""
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            reason = str(error.orig).strip()
            if time.monotonic() > deadline:
                raise
            if reason != reported:
                logger.info("waiting for the database", extra={"fields": {"reason": reason}})
            reported = reason
        _pause()


def check(engine: Engine) -> None:
    """Returns once Postgres has answered a query. Raises the error otherwise."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def is_unavailable(error: BaseException) -> bool:
    """Returns whether `error` is temporary (no database, no free connection) and not a fault of the program."""
    if isinstance(error, (PoolTimeoutError, OperationalError, InterfaceError, *LOST_CONNECTION)):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or sql_state(error) == READ_ONLY)


def is_conflict(error: DBAPIError) -> bool:
    """Returns whether the transaction lost against another one and can be retried."""
    return sql_state(error) in {SERIALIZATION_FAILURE, DEADLOCK_DETECTED}


def lacks_partition(error: DBAPIError) -> bool:
    """Returns whether there is no partition for a row. The error is a violated check without a name.

    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/executor/execPartition.c (ExecFindPartition)
    """
    if sql_state(error) != CHECK_VIOLATION:
        return False
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) is None


def sql_state(error: DBAPIError) -> str | None:
    """Returns the SQLSTATE of 5 characters, or None where the server did not send one."""
    state = getattr(error.orig, "pgcode", None)
    return state if isinstance(state, str) else None


def _url(settings: DatabaseSettings) -> URL:
    return URL.create(
        "postgresql+psycopg2",
        username=settings.database_user,
        password=settings.database_password,
        host=settings.database_host,
        port=settings.database_port,
        database=settings.database_name,
    )


def _connect_args(settings: DatabaseSettings, statement_timeout: float) -> dict[str, str | int]:
    """Returns libpq's parameters. With them a silent host is noticed within about 10 s.

    https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    """
    return {
        "application_name": "ingestion",
        "sslmode": settings.database_sslmode,
        "connect_timeout": settings.connect_timeout,
        "tcp_user_timeout": 10_000,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={int(statement_timeout * 1000)} -c timezone=UTC",
    }
