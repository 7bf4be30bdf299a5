"""The function gives each role the password of its own secret."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from domain.database_roles import EXPORTER, OWNER, ROLES, SERVICE
from lambdas.database_roles import handler
from lambdas.database_roles.environment import Environment
from lambdas.database_roles.handler import Dependencies, respond
from lambdas.database_roles.logic import UnknownRoleError, make_roles

ENVIRONMENT = Environment("db.internal", 5432, "energy", "arn:master", "arn:owner", "arn:service", "arn:exporter")
SECRETS = {"arn:master": "energy", "arn:owner": OWNER, "arn:service": SERVICE, "arn:exporter": EXPORTER}


class FakeSecrets:
    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - as boto3 has it
        user = SECRETS[SecretId]
        return {"SecretString": json.dumps({"username": user, "password": f"password of {user}"})}


class FakeConnection:
    closed = False

    def close(self) -> None:
        self.closed = True


def test_the_master_user_makes_each_role_with_its_own_password(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, made = FakeConnection(), []
    logins = []

    def connect(**parameters: Any) -> Any:
        logins.append((parameters["host"], parameters["user"], parameters["password"]))
        return opened

    def noted(_master: object, passwords: Mapping[str, str]) -> None:
        made.append(dict(passwords))

    monkeypatch.setattr(handler, "make_roles", noted)
    answer = respond(Dependencies(ENVIRONMENT, cast("Any", FakeSecrets()), connect))
    assert logins == [("db.internal", "energy", "password of energy")]
    assert made == [{role: f"password of {role}" for role in ROLES}]
    assert answer == {"roles": sorted(ROLES)}
    assert opened.closed


def test_secrets_of_other_roles_are_refused_without_a_statement() -> None:
    with pytest.raises(UnknownRoleError, match="postgres") as caught:
        make_roles(cast("Any", None), {"postgres": "hunter2"})
    assert "hunter2" not in str(caught.value)
