"""Manages the stack's Postgres: its superuser makes, changes and drops roles and databases."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import encrypt_password

URL_VARIABLE = "EMULATOR_POSTGRES_URL"
CONNECT_TIMEOUT = 3  # seconds


class NotPossibleError(Exception):
    """The server answered, and the request must not or cannot be carried out."""


@dataclass(frozen=True)
class Server:
    """Holds the address of the server and its superuser."""

    url: str
    host: str
    port: int
    superuser: str

    @property
    def maintenance_database(self) -> str:
        return unquote(urlsplit(self.url).path.lstrip("/")) or self.superuser

    def url_of(self, database: str) -> str:
        """Returns the superuser's URL of another database of the server."""
        return urlsplit(self.url)._replace(path=f"/{quote(database, safe='')}").geturl()

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """Yields a superuser's cursor in autocommit mode. Raises `psycopg2.OperationalError` if it is out of reach."""
        connection = psycopg2.connect(self.url, connect_timeout=CONNECT_TIMEOUT)
        try:
            connection.autocommit = True  # CREATE DATABASE runs in no transaction
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def major_version(self) -> int:
        with self.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            return int(cursor.fetchone()[0])

    def provide(self, role: str, password: str, databases: Iterable[str]) -> None:
        """Makes the role and the databases that it owns. It takes over existing ones with their data."""
        with self.cursor() as cursor:
            if _role_exists(cursor, role):
                _set_password(cursor, role, password)
            else:
                _create_role(cursor, role, password)
            for database in databases:
                _own_database(cursor, database, role)

    def set_password(self, role: str, password: str) -> None:
        with self.cursor() as cursor:
            if not _role_exists(cursor, role):
                raise NotPossibleError(f"role {role} does not exist")
            _set_password(cursor, role, password)

    def drop(self, role: str, keep: str) -> None:
        """Drops the role, the roles that it made, and every database of theirs, without `keep`.

        A missing role is no error.
        """
        with self.cursor() as cursor:
            if not _role_exists(cursor, role):
                return
            roles, databases = roles_of(cursor, role), databases_of(cursor, role)
            for database in databases:
                if database != keep:
                    cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
            for each in reversed(roles):
                cursor.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(each)))
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(each)))

    def disconnect(self, database: str) -> None:
        """Ends every session of that database, as a reboot does."""
        with self.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))


def server() -> Server:
    """Returns the server of `EMULATOR_POSTGRES_URL`. Raises `NotPossibleError` if that is not set."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        raise NotPossibleError(f"{URL_VARIABLE} is not set: this emulator has no Postgres for DB instances")
    parts = urlsplit(url)
    return Server(url, parts.hostname or "127.0.0.1", parts.port or 5432, unquote(parts.username or "postgres"))


# A role that may create roles gets each new one with the admin option.
# https://www.postgresql.org/docs/18/role-attributes.html
_MADE = """
WITH RECURSIVE made (role) AS (
    SELECT oid FROM pg_roles WHERE rolname = %s
    UNION
    SELECT roleid FROM pg_auth_members JOIN made ON member = role JOIN pg_roles ON pg_roles.oid = roleid
    WHERE admin_option AND NOT rolsuper AND rolname NOT LIKE 'pg\\_%%'
)
"""
_ROLES_OF = f"{_MADE} SELECT rolname FROM made JOIN pg_roles ON oid = role ORDER BY rolname <> %s"  # noqa: S608
_DATABASES_OF = f"{_MADE} SELECT datname FROM made JOIN pg_database ON datdba = role"  # noqa: S608


def roles_of(cursor: Any, role: str) -> list[str]:
    """Returns the role and the roles that it has made, also through other roles. The role itself is the first."""
    cursor.execute(_ROLES_OF, (role, role))
    return [name for (name,) in cursor.fetchall()]


def databases_of(cursor: Any, role: str) -> list[str]:
    """Returns the databases of these roles."""
    cursor.execute(_DATABASES_OF, (role,))
    return [name for (name,) in cursor.fetchall()]


def _role_exists(cursor: Any, role: str) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", (role,))
    row = cursor.fetchone()
    if row and row[0]:
        raise NotPossibleError(f"role {role} is a superuser of the server and is not changed")
    return row is not None


def _create_role(cursor: Any, role: str, password: str) -> None:
    # The privileges of an RDS master user, without the ones that need rds_superuser:
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
    cursor.execute(
        sql.SQL("CREATE ROLE {} WITH LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
            sql.Identifier(role), _verifier(cursor, role, password)
        )
    )


def _set_password(cursor: Any, role: str, password: str) -> None:
    cursor.execute(
        sql.SQL("ALTER ROLE {} WITH LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
            sql.Identifier(role), _verifier(cursor, role, password)
        )
    )


def _verifier(cursor: Any, role: str, password: str) -> sql.Composable:
    """Hashes the password here, so that a server that logs its statements logs no password."""
    return sql.Literal(encrypt_password(password, role, cursor.connection, "scram-sha-256"))


def _own_database(cursor: Any, database: str, role: str) -> None:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
    statement = "ALTER DATABASE {} OWNER TO {}" if cursor.fetchone() else "CREATE DATABASE {} OWNER {}"
    cursor.execute(sql.SQL(statement).format(sql.Identifier(database), sql.Identifier(role)))
