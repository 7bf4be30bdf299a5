"""The database's roles in a test's Postgres, made as the function `database_roles` makes them."""

from contextlib import closing
from dataclasses import replace

import psycopg2

from domain.database_roles import OWNER, ROLES, SERVICE
from lambdas.database_roles.logic import make_roles
from service.settings import Settings

PASSWORDS = {role: f"a-tests-{role}" for role in ROLES}
"""The same for each database of a server, because a role belongs to the server."""


def with_roles(master: Settings) -> Settings:
    """Makes the roles as the user of `master`. Returns the settings of the service, as its own role."""
    with closing(
        psycopg2.connect(
            host=master.database_host,
            port=master.database_port,
            dbname=master.database_name,
            user=master.database_user,
            password=master.database_password,
        )
    ) as connection:
        make_roles(connection, PASSWORDS)
    return as_role(master, SERVICE)


def as_role(settings: Settings, role: str) -> Settings:
    """Returns the settings with the login of another role."""
    return replace(settings, database_user=role, database_password=PASSWORDS[role])


def as_owner(settings: Settings) -> Settings:
    """Returns the settings with the login of the role that migrates."""
    return as_role(settings, OWNER)
