"""The handler makes the database's roles."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import psycopg2
from psycopg2.extensions import connection

from domain.environment import read_environment
from lambdas.database_roles.environment import Environment
from lambdas.database_roles.logic import make_roles
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


def handle(_event: object, _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(dependencies())


def respond(needs: Dependencies) -> dict[str, Any]:
    """Any event gives `{"roles": [...]}` after the commit."""
    environment = needs.environment
    arns = environment.owner_secret_arn, environment.service_secret_arn, environment.exporter_secret_arn
    passwords = dict(_login(needs.secrets, arn) for arn in arns)
    user, password = _login(needs.secrets, environment.master_secret_arn)
    opened = needs.connect(
        host=environment.database_host,
        port=environment.database_port,
        dbname=environment.database_name,
        user=user,
        password=password,
        sslmode=environment.database_sslmode,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="database_roles",
    )
    with closing(opened) as master:
        make_roles(master, passwords)
    logs.log("roles made", roles=sorted(passwords))
    return {"roles": sorted(passwords)}


def _login(secrets: "SecretsManagerClient", arn: str) -> tuple[str, str]:
    """Returns the user name and the password of a secret."""
    content = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    return content["username"], content["password"]
