"""Brings a new instance from `creating` to `available` or `failed`."""

import time
from collections.abc import Callable

import psycopg2

from localstack_dockerless.services.rds.postgres import NotPossibleError
from localstack_dockerless.services.rds.requests import RefusedError

PATIENCE = 60.0  # seconds for Postgres to start before an instance is `failed`
RETRY = 1.0


def outcome(
    provide: Callable[[], None],
    cancelled: Callable[[float], bool],
    clock: Callable[[], float] = time.monotonic,
) -> tuple[str, str | None]:
    """Returns the instance's status and, for `failed`, the reason.

    `provide` makes the role and the database. It is retried while it raises `psycopg2.OperationalError`.
    `cancelled(seconds)` waits that long and tells whether the instance is `deleting`.
    """
    deadline = clock() + PATIENCE
    while True:
        try:
            provide()
        except psycopg2.OperationalError as error:
            if clock() >= deadline:
                return "failed", f"Postgres cannot be reached: {error}"
        except (RefusedError, NotPossibleError, psycopg2.Error) as error:
            return "failed", str(error)
        else:
            return "available", None
        if cancelled(RETRY):
            return "deleting", None
