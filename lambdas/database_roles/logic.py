"""Makes the roles of the database with the passwords of their secrets.

Each statement can be repeated. A repeated call sets the passwords that the secrets have now.
"""

from collections.abc import Mapping

from psycopg2 import sql
from psycopg2.extensions import connection, encrypt_password

from domain.database_roles import OWNER, ROLES

LOCK = 7_302_648_190_453_214
"""The number of the advisory lock for making roles. No other code locks this number."""


class UnknownRoleError(Exception):
    """A secret is for another role than the ones of this database. The text shows the names only."""


def make_roles(master: connection, passwords: Mapping[str, str]) -> None:
    """Makes `domain.database_roles` where they are missing, and sets their passwords. Commits at the end.

    `passwords` has the password of each role. They are sent as SCRAM verifiers, so no log of the server can have them.
    Raises `UnknownRoleError` where `passwords` has other roles, and the driver's errors.
    """
    if set(passwords) != set(ROLES):
        raise UnknownRoleError(f"the secrets are for {sorted(passwords)}, not for {sorted(ROLES)}")
    with master, master.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        cursor.execute("SELECT rolname FROM pg_roles")
        present = {name for (name,) in cursor.fetchall()}
        for role, password in passwords.items():
            verifier = encrypt_password(password, role, master, "scram-sha-256")
            change = "ALTER" if role in present else "CREATE"
            cursor.execute(
                sql.SQL(change + " ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
            )
        for statement in _rights(master.info.dbname):
            cursor.execute(statement)


def _rights(database: str) -> list[sql.Composed]:
    """Returns the statements that let the roles in, and only them. The migration grants what each may do inside.

    https://www.postgresql.org/docs/18/ddl-priv.html
    """
    names = sql.SQL(", ").join(map(sql.Identifier, ROLES))
    return [
        sql.SQL(text).format(database=sql.Identifier(database), owner=sql.Identifier(OWNER), roles=names)
        for text in (
            "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {database} TO {roles}",
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE ON SCHEMA public TO {roles}",
            "GRANT CREATE ON SCHEMA public TO {owner}",
        )
    ]
