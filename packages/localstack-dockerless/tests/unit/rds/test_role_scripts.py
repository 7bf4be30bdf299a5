"""A restore takes only the roles of the instance from pg_dumpall's script."""

from localstack_dockerless.services.rds.role_scripts import of_roles

SCRIPT = """\
--
-- Roles
--
CREATE ROLE energy;
ALTER ROLE energy WITH NOSUPERUSER INHERIT CREATEROLE CREATEDB LOGIN PASSWORD 'SCRAM-SHA-256$4096:a$b:c';
CREATE ROLE energy_owner;
ALTER ROLE energy_owner WITH NOSUPERUSER LOGIN;
CREATE ROLE "my reader";
ALTER ROLE "my reader" WITH LOGIN;
CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER;
GRANT energy_owner TO energy WITH ADMIN OPTION, INHERIT FALSE, SET FALSE GRANTED BY postgres;
GRANT pg_monitor TO stranger WITH INHERIT TRUE GRANTED BY postgres;
"""


def test_the_statements_of_the_roles_alone_are_taken() -> None:
    assert of_roles(SCRIPT, ["energy", "my reader"]) == [
        "CREATE ROLE energy",
        "ALTER ROLE energy WITH NOSUPERUSER INHERIT CREATEROLE CREATEDB LOGIN PASSWORD 'SCRAM-SHA-256$4096:a$b:c'",
        'CREATE ROLE "my reader"',
        'ALTER ROLE "my reader" WITH LOGIN',
    ]
    assert of_roles(SCRIPT, ["energy", "energy_owner"])[-1] == (
        "GRANT energy_owner TO energy WITH ADMIN OPTION, INHERIT FALSE, SET FALSE"
    )
