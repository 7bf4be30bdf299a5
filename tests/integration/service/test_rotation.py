"""The password of the service's role changes under load, and no batch fails."""

import itertools
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from psycopg2.extensions import encrypt_password
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from domain.database_roles import SERVICE
from service.postgres import connections
from service.readings.repository import ReadingsRepository
from service.settings import Settings
from tests.integration.service.support import reading, sent
from tests.support.database_roles import PASSWORDS

CALLERS = 6


class Rotated:
    """The secret of the service's role, and its password in the database."""

    def __init__(self, admin: Engine) -> None:
        self._admin = admin
        self.password = PASSWORDS[SERVICE]

    def read(self) -> str:
        return json.dumps({"username": SERVICE, "password": self.password})

    def rotate(self, password: str) -> None:
        """Changes the secret, then the database, as Terraform and the function `database_roles` do."""
        self.password = password
        with self._admin.begin() as connection:
            raw = connection.connection.driver_connection
            verifier = encrypt_password(password, SERVICE, raw, "scram-sha-256")
            connection.exec_driver_sql(f"ALTER ROLE {SERVICE} PASSWORD '{verifier}'")


@pytest.fixture
def rotated(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rotated]:
    found = Rotated(engine)
    monkeypatch.setattr(connections, "secret_reader", lambda _: found.read)
    yield found
    found.rotate(PASSWORDS[SERVICE])  # the role belongs to the server, and other tests use it


def test_no_batch_fails_while_the_password_changes(
    settings: Settings, rotated: Rotated, repository: ReadingsRepository
) -> None:
    pool = connections.create_pool(replace(settings, database_secret_arn="arn", pool_timeout=10.0), CALLERS)
    service, over, stored = ReadingsRepository(pool), threading.Event(), itertools.count()

    def report(caller: int) -> None:
        for number in itertools.count(caller, CALLERS):
            if over.is_set():
                return
            service.store(sent(reading(number % 900)))
            next(stored)

    with ThreadPoolExecutor(CALLERS) as callers:
        calling = [callers.submit(report, caller) for caller in range(CALLERS)]
        try:
            for version in range(3):
                rotated.rotate(f"password-{version}")
                for _ in range(5):
                    before = next(stored)
                    pool.dispose()  # each caller needs a new connection, which takes the new password
                    while next(stored) < before + CALLERS and not any(each.done() for each in calling):
                        threading.Event().wait(0.01)
        finally:
            over.set()
        for each in calling:
            each.result()
    pool.dispose()


def test_without_the_secret_a_new_connection_fails(
    settings: Settings, rotated: Rotated, repository: ReadingsRepository
) -> None:
    pool = connections.create_pool(settings, 1)
    rotated.rotate("another")
    with pytest.raises(OperationalError):
        ReadingsRepository(pool).store(sent(reading(0)))
