"""Checks that the database has the schema that this release needs. The service does not migrate it (decision 56)."""

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from service.postgres.connections import connect

NEEDED = "0002"
"""The newest revision of `migrations`. Revisions are numbers of 4 digits, so their texts have the same order."""

_MAY_READ = text("SELECT has_table_privilege(to_regclass('alembic_version'), 'SELECT')")
_FOUND = text("SELECT max(version_num) FROM alembic_version")


class SchemaError(Exception):
    """The service cannot work with this database. The message says what to do."""


def require(engine: Engine, timeout: float) -> None:
    """Returns if the schema is as new as this release needs. It may be newer. Raises `SchemaError` otherwise.

    Waits at most `timeout` seconds for the database.
    """
    try:
        with connect(engine, timeout) as connection:
            found = _revision(connection)
    except OperationalError as error:
        raise SchemaError(f"the database does not answer: {str(error.orig).strip()}") from error
    if found is None or found < NEEDED:
        what = f"revision {found}" if found else "no revision that this role may read"
        raise SchemaError(
            f"the schema has {what}, and this release needs revision {NEEDED}. The task of the migrations has to run "
            "first: python -m operations.migrate"
        )


def _revision(connection: Connection) -> str | None:
    """Returns the schema's revision. None: there is none, or it is older than the right to read it."""
    if not connection.scalar(_MAY_READ):
        return None
    found: str | None = connection.scalar(_FOUND)
    return found
