"""A new DB instance becomes available only with its role and database, and fails in a bounded time."""

import psycopg2

from localstack_dockerless.services.rds.postgres import NotPossibleError
from localstack_dockerless.services.rds.provisioning import PATIENCE, outcome


class Clock:
    """Is a clock that moves only while a caller waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False


def test_an_instance_waits_for_postgres_to_come_up() -> None:
    clock = Clock()

    def provide() -> None:
        if clock.now < PATIENCE / 2:
            raise psycopg2.OperationalError("connection refused")

    assert outcome(provide, clock.wait, clock) == ("available", None)


def test_an_instance_fails_when_postgres_stays_away() -> None:
    clock = Clock()

    def provide() -> None:
        raise psycopg2.OperationalError("connection refused")

    status, reason = outcome(provide, clock.wait, clock)
    assert (status, reason) == ("failed", "Postgres cannot be reached: connection refused")
    assert PATIENCE <= clock.now <= PATIENCE + 1


def test_what_the_server_refuses_is_not_tried_again() -> None:
    def provide() -> None:
        raise NotPossibleError("role x is a superuser")

    assert outcome(provide, Clock().wait, Clock()) == ("failed", "role x is a superuser")


def test_a_deleted_instance_is_given_up() -> None:
    def provide() -> None:
        raise psycopg2.OperationalError("connection refused")

    assert outcome(provide, lambda _: True, Clock()) == ("deleting", None)
