"""The way to Postgres: a bounded pool whose every wait has an end."""

import time
from functools import partial

import psycopg2
from sqlalchemy import URL, Engine, NullPool, QueuePool, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from service.settings import Settings

# https://www.postgresql.org/docs/18/errcodes-appendix.html: read_only_sql_transaction is what a former
# primary answers after a failover.
READ_ONLY = "25006"
SERIALIZATION_FAILURE = "40001"
DEADLOCK_DETECTED = "40P01"
CHECK_VIOLATION = "23514"
LOCK_NOT_AVAILABLE = "55P03"

TRUSTED_FOR = 0.5
"""Seconds after its last use for which a connection is taken without asking whether it lives: a round trip to the
database for each group of batches, at the times when there are many. What HikariCP does (its `aliveBypassWindowMs`).
"""

# The driver's own: SQLAlchemy does not wrap what a connection that goes back to its pool meets.
LOST_CONNECTION = (psycopg2.OperationalError, psycopg2.InterfaceError)


def create_pool(settings: Settings, size: int) -> Engine:
    """An engine with at most `size` connections; it connects when first used. Each statement is a transaction by
    itself, which saves the round trips of BEGIN and COMMIT.
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
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", partial(_ping_if_rested, engine))
    return engine


def _note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_rested(engine: Engine, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Ask a connection that was not used just now whether it lives. Where it does not, the pool makes new ones.

    https://docs.sqlalchemy.org/en/20/core/pooling.html#custom-legacy-pessimistic-ping
    """
    now = time.monotonic()
    if now - record.info.get("used", now) < TRUSTED_FOR:
        return
    try:
        engine.dialect.do_ping(connection)
    except LOST_CONNECTION as error:
        raise InvalidatePoolError from error


def create_migration_engine(settings: Settings) -> Engine:
    """An engine whose statements may take as long as a migration does."""
    return create_engine(
        _url(settings),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=_connect_args(settings, statement_timeout=0),
    )


def check(engine: Engine) -> None:
    """Return once Postgres has answered a query; raise what stood in the way."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def is_unavailable(error: BaseException) -> bool:
    """Whether `error` is a passing lack (no database, no free connection) and not a fault of the program."""
    if isinstance(error, (PoolTimeoutError, OperationalError, InterfaceError, *LOST_CONNECTION)):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or sql_state(error) == READ_ONLY)


def is_conflict(error: DBAPIError) -> bool:
    """Whether the transaction lost against another one and may simply be run again."""
    return sql_state(error) in {SERIALIZATION_FAILURE, DEADLOCK_DETECTED}


def lacks_partition(error: DBAPIError) -> bool:
    """Whether there is no partition for a row: a violated check that, unlike all others, has no name.

    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/executor/execPartition.c (ExecFindPartition)
    """
    if sql_state(error) != CHECK_VIOLATION:
        return False
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) is None


def sql_state(error: DBAPIError) -> str | None:
    """The five-character SQLSTATE, None where the server did not send one."""
    state = getattr(error.orig, "pgcode", None)
    return state if isinstance(state, str) else None


def _url(settings: Settings) -> URL:
    return URL.create(
        "postgresql+psycopg2",
        username=settings.database_user,
        password=settings.database_password,
        host=settings.database_host,
        port=settings.database_port,
        database=settings.database_name,
    )


def _connect_args(settings: Settings, statement_timeout: float) -> dict[str, str | int]:
    """libpq's: a host that went silent is noticed within about ten seconds.

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
