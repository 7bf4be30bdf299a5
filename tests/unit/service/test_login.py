"""A refused connection is tried once more where the secret has another password."""

import json
from typing import Any

import psycopg2
import pytest

from service.postgres.login import EACH_SECONDS, Credentials, Login

OLD, NEW = Credentials("service", "old"), Credentials("service", "new")


class Database:
    """Lets only the present credentials in."""

    def __init__(self, present: Credentials) -> None:
        self.present = present
        self.tried: list[str] = []

    def __call__(self, **given: str) -> str:
        self.tried.append(given["password"])
        if Credentials(**given) != self.present:
            raise psycopg2.OperationalError("refused")
        return "connection"


class Secret:
    """A secret that counts its readers."""

    def __init__(self, content: Any) -> None:
        self.content = content
        self.readers = 0

    def __call__(self) -> str:
        self.readers += 1
        if isinstance(self.content, Exception):
            raise self.content
        if isinstance(self.content, Credentials):
            return json.dumps({"username": self.content.user, "password": self.content.password})
        return str(self.content)


def test_a_password_that_opens_the_database_is_not_read_again() -> None:
    secret, database = Secret(NEW), Database(OLD)
    assert Login(OLD, secret).connect(database) == "connection"
    assert secret.readers == 0


def test_a_new_password_is_read_once_and_kept() -> None:
    secret, database = Secret(NEW), Database(NEW)
    login = Login(OLD, secret)
    assert [login.connect(database) for _ in range(3)] == ["connection"] * 3
    assert database.tried == ["old", "new", "new", "new"]
    assert secret.readers == 1


@pytest.mark.parametrize("content", [OLD, "no JSON", "{}", "[]", OSError("no answer")], ids=str)
def test_without_another_password_the_refusal_is_the_error(content: Any) -> None:
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        Login(OLD, Secret(content)).connect(Database(NEW))


def test_without_a_secret_the_refusal_is_the_error() -> None:
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        Login(OLD, None).connect(Database(NEW))


def test_a_database_that_is_away_does_not_make_every_connection_read_the_secret() -> None:
    secret, moments = Secret(OLD), [0.0]
    login = Login(OLD, secret, lambda: moments[0])
    for _ in range(5):
        with pytest.raises(psycopg2.OperationalError):
            login.connect(Database(NEW))
    assert secret.readers == 1
    moments[0], secret.content = EACH_SECONDS, NEW
    assert login.connect(Database(NEW)) == "connection"


def test_no_text_shows_a_password() -> None:
    assert "old" not in repr(OLD)
