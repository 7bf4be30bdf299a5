"""Opens connections to Postgres with the credentials of the secret."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection

from lambdas.exporter.environment import Environment

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

CONNECT_TIMEOUT_SECONDS = 10


class DatabaseSecretError(Exception):
    """The secret is not `{"username": ..., "password": ...}`. The text shows nothing of the secret."""


@dataclass(frozen=True)
class Credentials:
    """The master user's name and password. Its repr shows neither."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(...)"


class Database:
    """Opens connections. It fetches the secret for the first connection and keeps it."""

    def __init__(
        self,
        environment: Environment,
        secrets: "SecretsManagerClient",
        connect: Callable[..., connection] = psycopg2.connect,
    ) -> None:
        self._environment = environment
        self._secrets = secrets
        self._connect = connect
        self._credentials: Credentials | None = None

    def open(self, statement_timeout_ms: int) -> connection:
        """Opens a read-only connection that sees one snapshot. Raises `psycopg2.OperationalError`.

        Where a kept secret does not open the database, the secret is fetched again. If it has changed, it was rotated,
        and the connection is tried once more. (psycopg2 has no SQLSTATE for a failed connection that would distinguish
        a wrong password from another refusal. The server's text depends on its language.)
        """
        kept = self._credentials
        if kept is not None:
            try:
                return self._open(kept, statement_timeout_ms)
            except psycopg2.OperationalError:
                if (fresh := self._fetch()) == kept:
                    raise
        else:
            fresh = self._fetch()
        opened = self._open(fresh, statement_timeout_ms)
        self._credentials = fresh
        return opened

    def _fetch(self) -> Credentials:
        arn = self._environment.database_secret_arn
        secret = self._secrets.get_secret_value(SecretId=arn)
        try:
            content = json.loads(secret["SecretString"])
            return Credentials(content["username"], content["password"])
        except (KeyError, TypeError, ValueError):
            raise DatabaseSecretError(f"{arn} holds no JSON with username and password") from None

    def _open(self, credentials: Credentials, statement_timeout_ms: int) -> connection:
        opened = self._connect(**self._parameters(credentials, statement_timeout_ms))
        opened.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        return opened

    def _parameters(self, credentials: Credentials, statement_timeout_ms: int) -> dict[str, Any]:
        return {
            "host": self._environment.database_host,
            "port": self._environment.database_port,
            "dbname": self._environment.database_name,
            "user": credentials.username,
            "password": credentials.password,
            "sslmode": self._environment.database_sslmode,
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "application_name": "exporter",
            "options": session_options(statement_timeout_ms),
        }


def session_options(statement_timeout_ms: int) -> str:
    """Returns the session's settings, as libpq's `options`."""
    settings = {
        "statement_timeout": statement_timeout_ms,
        "datestyle": "ISO",
        "timezone": "UTC",
        "extra_float_digits": 1,  # the shortest text that gives the same double back
    }
    return " ".join(f"-c {name}={value}" for name, value in settings.items())
