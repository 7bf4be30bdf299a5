"""The function gives each role a password, in its own secret and in the database."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from domain.database_roles import EXPORTER, OWNER, ROLES, SERVICE
from lambdas.database_roles import handler
from lambdas.database_roles.environment import Environment
from lambdas.database_roles.handler import Dependencies, respond
from lambdas.database_roles.logic import UnknownRoleError, make_roles
from lambdas.database_roles.role_secrets import PASSWORD_LENGTH

MASTER, RESTORED = "arn:rds!db-1", "arn:rds!db-2"
ENVIRONMENT = Environment("db.internal", 5432, "energy", MASTER, "arn:owner", "arn:service", "arn:exporter")
ARNS = {OWNER: "arn:owner", SERVICE: "arn:service", EXPORTER: "arn:exporter"}
FIRST = {"password_version": 1, "code": "a"}


class NotFoundError(Exception):
    pass


class FakeSecrets:
    """Holds the secrets' values by their ARNs."""

    class exceptions:  # noqa: N801 -- boto3's name
        ResourceNotFoundException = NotFoundError

    def __init__(self, **values: str) -> None:
        self.values = {arn: login("energy", f"of {arn}") for arn in (MASTER, RESTORED)} | {
            ARNS[role]: login(role, password) for role, password in values.items()
        }

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 -- as boto3 has it
        if SecretId not in self.values:
            raise NotFoundError
        return {"SecretString": self.values[SecretId]}

    def put_secret_value(self, SecretId: str, SecretString: str) -> None:  # noqa: N803
        self.values[SecretId] = SecretString

    def password(self, role: str) -> str:
        content = json.loads(self.values[ARNS[role]])
        assert content["username"] == role
        return str(content["password"])


class FakeConnection:
    closed = False

    def close(self) -> None:
        self.closed = True


def login(user: str, password: str) -> str:
    return json.dumps({"username": user, "password": password})


class World:
    """Notes what the function sets in the database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, secrets: FakeSecrets) -> None:
        self.secrets, self.made = secrets, list[dict[str, str]]()
        self.opened, self.logins = FakeConnection(), list[tuple[str, str, str]]()
        self.needs = Dependencies(ENVIRONMENT, cast("Any", secrets), self.connect)
        monkeypatch.setattr(handler, "make_roles", lambda _master, passwords: self.made.append(dict(passwords)))

    def connect(self, **parameters: Any) -> Any:
        self.logins.append((parameters["host"], parameters["user"], parameters["password"]))
        return self.opened

    def invoke(self, event: Mapping[str, Any]) -> dict[str, Any]:
        return respond(event, self.needs)


def test_the_first_call_makes_a_password_for_each_role(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, FakeSecrets())
    assert world.invoke(FIRST | {"tf": {"action": "create", "prev_input": None}}) == {"roles": sorted(ROLES)}
    assert world.logins == [("db.internal", "energy", f"of {MASTER}")]
    (made,) = world.made
    assert made == {role: world.secrets.password(role) for role in ROLES}
    assert len(set(made.values())) == 3
    assert all(len(password) == PASSWORD_LENGTH and password.isalnum() for password in made.values())
    assert world.opened.closed


KEPT = {OWNER: "o", SERVICE: "s", EXPORTER: "e"}


@pytest.mark.parametrize(
    "event",
    [
        {},
        FIRST,
        FIRST | {"tf": {"action": "create", "prev_input": None}},
        FIRST | {"code": "b", "tf": {"action": "update", "prev_input": FIRST}},
    ],
)
def test_a_later_call_sets_the_passwords_that_the_secrets_have(
    monkeypatch: pytest.MonkeyPatch, event: dict[str, Any]
) -> None:
    world = World(monkeypatch, FakeSecrets(**KEPT))
    world.invoke(event)
    assert world.made == [KEPT]
    assert {role: world.secrets.password(role) for role in ROLES} == KEPT


def test_a_higher_version_makes_new_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, FakeSecrets(**KEPT))
    world.invoke({"password_version": 2, "code": "a", "tf": {"action": "update", "prev_input": FIRST}})
    (made,) = world.made
    assert made == {role: world.secrets.password(role) for role in ROLES}
    assert set(made.values()).isdisjoint(KEPT.values())


def test_a_destroy_reaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, FakeSecrets())
    assert world.invoke(FIRST | {"tf": {"action": "delete", "prev_input": FIRST}}) == {"roles": []}
    assert (world.logins, world.made) == ([], [])


def test_a_restored_database_has_another_secret_of_its_master_user(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(monkeypatch, FakeSecrets(**KEPT))
    world.invoke({"master_secret_arn": RESTORED})
    assert world.logins == [("db.internal", "energy", f"of {RESTORED}")]
    assert world.made == [KEPT]


def test_secrets_of_other_roles_are_refused_without_a_statement() -> None:
    with pytest.raises(UnknownRoleError, match="postgres") as caught:
        make_roles(cast("Any", None), {"postgres": "hunter2"})
    assert "hunter2" not in str(caught.value)
