"""The handler makes the database's roles and their passwords."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import psycopg2
from psycopg2.extensions import connection

from domain.database_roles import EXPORTER, OWNER, SERVICE
from domain.environment import read_environment
from lambdas.database_roles.environment import Environment
from lambdas.database_roles.logic import make_roles
from lambdas.database_roles.role_secrets import login, make_login
from lambdas.runtime import logs
from lambdas.runtime.clients import retrying

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

CONNECT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    secrets: "SecretsManagerClient"
    connect: Callable[..., connection] = psycopg2.connect


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies at the first event of each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    return Dependencies(environment, boto3.client("secretsmanager", config=retrying()))


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: Mapping[str, Any], needs: Dependencies) -> dict[str, Any]:
    """Gives each role a password, in its secret and in the database. Returns `{"roles": [...]}` after the commit.

    A role whose secret has no value gets a new password. All get new ones if Terraform's `password_version` has changed
    (`_wants_new`). Otherwise the database gets the passwords that the secrets have. So any event may be repeated.
    `master_secret_arn` names another secret of the master user: that of a restored database, which Terraform does not
    know yet. When Terraform destroys the deployment, nothing is done.
    """
    if _of_terraform(event).get("action") == "delete":
        return {"roles": []}
    environment = needs.environment
    arns = {
        OWNER: environment.owner_secret_arn,
        SERVICE: environment.service_secret_arn,
        EXPORTER: environment.exporter_secret_arn,
    }
    with closing(_connect(needs, event.get("master_secret_arn") or environment.master_secret_arn)) as master:
        logins = [_login(needs, arn, role, new=_wants_new(event)) for role, arn in arns.items()]
        make_roles(master, dict(logins))
    logs.log("roles made", roles=sorted(arns))
    return {"roles": sorted(arns)}


def _connect(needs: Dependencies, master_secret_arn: str) -> connection:
    environment = needs.environment
    master = login(needs.secrets, master_secret_arn)
    assert master is not None  # noqa: S101 -- RDS makes the secret with its value
    user, password = master
    return needs.connect(
        host=environment.database_host,
        port=environment.database_port,
        dbname=environment.database_name,
        user=user,
        password=password,
        sslmode=environment.database_sslmode,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="database_roles",
    )


def _login(needs: Dependencies, arn: str, role: str, *, new: bool) -> tuple[str, str]:
    present = None if new else login(needs.secrets, arn)
    return present or make_login(needs.secrets, arn, role)


def _of_terraform(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns the action and the input before of an `aws_lambda_invocation` whose lifecycle scope is CRUD."""
    found: Mapping[str, Any] = event.get("tf") or {}
    return found


def _wants_new(event: Mapping[str, Any]) -> bool:
    before = _of_terraform(event).get("prev_input") or event
    return bool(event.get("password_version") != before.get("password_version"))
