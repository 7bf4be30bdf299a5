"""Logs in to Postgres with the secret of the service's role, which may get a new password while the task runs.

ECS gives a task the secret once, when it starts. Postgres keeps the connections of the former password, and refuses
new ones. So where a connection is refused, the secret is read again. If it has changed, the connection is tried once
more. A rotation therefore needs no new task, and no request notices it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
"""

# ruff: noqa: PLC0415 -- the SDK takes about 25 MiB, and a task whose password never changes does without it

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg2

logger = logging.getLogger(__name__)

EACH_SECONDS = 1.0
"""A secret without a new password is read again only after this time. A database that is away refuses everything."""
ANSWER_WITHIN = 3.0  # seconds


@dataclass(frozen=True)
class Credentials:
    """A role's name and password."""

    user: str
    password: str = field(repr=False)


class Login:
    """The credentials of the service's role. It is safe for several threads. `read` returns the secret's text."""

    def __init__(
        self,
        credentials: Credentials,
        read: Callable[[], str] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._credentials = credentials
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._unchanged_at = float("-inf")

    def connect(self, open_connection: Callable[..., Any]) -> Any:
        """Returns `open_connection(user=..., password=...)`. Raises its `psycopg2.OperationalError`."""
        tried = self._credentials
        try:
            return open_connection(user=tried.user, password=tried.password)
        except psycopg2.OperationalError:
            fresh = self._renewed(tried)
            if fresh is None:
                raise
        return open_connection(user=fresh.user, password=fresh.password)

    def _renewed(self, tried: Credentials) -> Credentials | None:
        """Returns other credentials than the ones that were tried, or None if there are none."""
        with self._lock:
            if self._credentials == tried and self._read and self._clock() - self._unchanged_at >= EACH_SECONDS:
                self._take(self._read)
                if self._credentials == tried:
                    self._unchanged_at = self._clock()
            return self._credentials if self._credentials != tried else None

    def _take(self, read: Callable[[], str]) -> None:
        try:
            content = json.loads(read())
            found = Credentials(content["username"], content["password"])
        except Exception:
            # the refused connection is the error that counts
            logger.warning("the secret of the database cannot be read", exc_info=True)
            return
        if found != self._credentials:
            logger.info("the database has a new password")
            self._credentials = found


def secret_reader(arn: str) -> Callable[[], str]:
    """Returns a function that reads the present text of a secret with the rights of the task's role."""

    def read() -> str:
        import boto3
        from botocore.config import Config

        retries: Any = {"mode": "standard", "total_max_attempts": 2}
        config = Config(connect_timeout=1.0, read_timeout=ANSWER_WITHIN, retries=retries)
        return str(boto3.client("secretsmanager", config=config).get_secret_value(SecretId=arn)["SecretString"])

    return read
