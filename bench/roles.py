"""Makes the roles that the migration grants rights to, in a Postgres where no deployment has made them."""

from psycopg2.sql import SQL, Composed, Identifier

from domain.database_roles import ROLES


def missing_roles() -> Composed:
    """Returns the statement that makes the missing roles. They cannot log in. Existing roles stay as they are."""
    made = [
        SQL("BEGIN CREATE ROLE {} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END;").format(Identifier(role))
        for role in ROLES
    ]
    return SQL("DO $$ BEGIN {} END $$").format(SQL(" ").join(made))
