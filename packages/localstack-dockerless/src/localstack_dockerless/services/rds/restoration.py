"""Restores a snapshot onto the stack's server, so that the instance has the endpoint of the instance before it.

The endpoint of a DB instance follows from its identifier, account and region. An instance that is restored under the
identifier of a deleted one has its endpoint again. The stack's server is a process that the emulator does not run, so
its data folder cannot be replaced. The copy runs as a server for a moment, and Postgres' own programs move the roles
and databases of the master user.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from localstack_dockerless.services.rds import programs
from localstack_dockerless.services.rds.addresses import DEFAULT_PORT
from localstack_dockerless.services.rds.own_server import OwnServer
from localstack_dockerless.services.rds.postgres import Server, databases_of, roles_of
from localstack_dockerless.services.rds.role_scripts import of_roles


def restore(copy: Path, arn: str, role: str, target: Server) -> None:
    """Moves the roles and databases of the master user `role` from the data folder `copy` to the server `target`.

    Roles and databases of that user that `target` has are dropped before. Raises `NotPossibleError`, `OSError` and the
    driver's errors.
    """
    source = OwnServer(f"{arn}:restored", DEFAULT_PORT)
    source.remove()  # of an emulator that ended before it had restored
    try:
        source.prepare(copy)
        source.start()
        target.drop(role, keep=target.maintenance_database)
        with source.server().cursor() as cursor:
            roles, databases = roles_of(cursor, role), databases_of(cursor, role)
        _move_roles(source.server(), target, roles, source.folder)
        for database in databases:
            _move_database(source.server(), target, database, source.folder)
    finally:
        source.remove()


def _move_roles(source: Server, target: Server, roles: list[str], scratch: Path) -> None:
    with TemporaryDirectory(dir=scratch) as folder:  # the scripts have the verifiers of passwords
        script = Path(folder) / "roles.sql"
        programs.run("pg_dumpall", "-d", source.url, "--globals-only", "--no-tablespaces", "-w", "-f", str(script))
        statements = of_roles(script.read_text(encoding="utf-8"), roles)
    with target.cursor() as cursor:
        cursor.execute("SELECT quote_ident(rolname) FROM pg_roles")
        present = {f"CREATE ROLE {name}" for (name,) in cursor.fetchall()}
        for statement in statements:
            if statement not in present:
                cursor.execute(statement)


def _move_database(source: Server, target: Server, database: str, scratch: Path) -> None:
    with TemporaryDirectory(dir=scratch) as folder:
        dump = Path(folder) / "database"
        programs.run("pg_dump", "-d", source.url_of(database), "-Fc", "-Z0", "-w", "-f", str(dump))
        programs.run("pg_restore", "-d", target.url, "--create", "--exit-on-error", "-w", str(dump))
