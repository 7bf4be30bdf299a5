"""The exporter connects with the credentials of a secret, also after a rotation."""

import json
from typing import Any, cast

import psycopg2
import pytest

from lambdas.exporter.database import Database, DatabaseSecretError
from lambdas.exporter.environment import Environment
from tests.unit.lambdas.examples import ZAGREB
from tests.unit.lambdas.fakes import FakePostgres, FakeSecrets

ENVIRONMENT = Environment("arn:secret", "db.example", 5432, "energy", "exported", "enriched", ZAGREB, 90)


def secret(password: str) -> str:
    return json.dumps({"username": "energy", "password": password})


class Server:
    """Stands for a Postgres that accepts one password."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.attempts: list[dict[str, Any]] = []

    def connect(self, **parameters: Any) -> Any:
        self.attempts.append(parameters)
        if parameters["password"] != self.password:
            raise psycopg2.OperationalError('FATAL:  password authentication failed for user "energy"')
        return FakePostgres()


def database(server: Server, secrets: FakeSecrets) -> Database:
    return Database(ENVIRONMENT, cast("Any", secrets), server.connect)


def test_the_secret_is_fetched_once() -> None:
    server, secrets = Server("one"), FakeSecrets(secret("one"))
    opened = database(server, secrets)
    opened.open(1_000)
    opened.open(1_000)
    assert (secrets.fetched, len(server.attempts)) == (1, 2)


def test_a_rotated_secret_is_fetched_again() -> None:
    server, secrets = Server("one"), FakeSecrets(secret("one"), secret("two"))
    opened = database(server, secrets)
    opened.open(1_000)
    server.password = "two"
    opened.open(1_000)
    opened.open(1_000)
    assert secrets.fetched == 2
    assert [attempt["password"] for attempt in server.attempts] == ["one", "one", "two", "two"]


def test_a_refusal_for_another_reason_is_raised_without_a_second_attempt() -> None:
    server, secrets = Server("one"), FakeSecrets(secret("one"))
    opened = database(server, secrets)
    opened.open(1_000)
    server.password = "elsewhere"
    with pytest.raises(psycopg2.OperationalError):
        opened.open(1_000)
    assert len(server.attempts) == 2


def test_a_first_refusal_keeps_no_credentials() -> None:
    server, secrets = Server("two"), FakeSecrets(secret("one"), secret("two"))
    opened = database(server, secrets)
    with pytest.raises(psycopg2.OperationalError):
        opened.open(1_000)
    opened.open(1_000)
    assert secrets.fetched == 2


@pytest.mark.parametrize("content", ["", "plain", "[]", "{}", '{"username": "energy"}', '"text"', "null"])
def test_a_secret_out_of_shape_raises_without_showing_it(content: str) -> None:
    with pytest.raises(DatabaseSecretError, match="arn:secret") as caught:
        database(Server("one"), FakeSecrets(content)).open(1_000)
    assert "plain" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_how_it_connects() -> None:
    server = Server("one")
    opened = cast("FakePostgres", database(server, FakeSecrets(secret("one"))).open(4_321))
    (parameters,) = server.attempts
    options = parameters.pop("options")
    assert "statement_timeout=4321" in options
    assert "timezone=UTC" in options, "the times are exported as the session has them"
    assert parameters == {
        "host": "db.example",
        "port": 5432,
        "dbname": "energy",
        "user": "energy",
        "password": "one",
        "sslmode": "prefer",
        "connect_timeout": 10,
        "application_name": "exporter",
    }
    assert opened.session["readonly"] is True
