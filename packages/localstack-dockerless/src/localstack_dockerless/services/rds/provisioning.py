"""From `creating` to `available` or `failed`: what a new instance waits for, and for how long."""

import time
from collections.abc import Callable

import psycopg2

from localstack_dockerless.services.rds.postgres import NotPossibleError
from localstack_dockerless.services.rds.requests import RefusedError

PATIENCE = 60.0  # seconds for Postgres to come up before an instance is `failed`
RETRY = 1.0


def outcome(
    provide: Callable[[], None],
    cancelled: Callable[[float], bool],
    clock: Callable[[], float] = time.monotonic,
) -> tuple[str, str | None]:
    """The instance's status and, for `failed`, the reason.

    `provide` makes role and database; it is called again while it raises `psycopg2.OperationalError`.
    `cancelled(seconds)` waits that long and tells whether the instance is not wanted any more (`deleting`).
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
