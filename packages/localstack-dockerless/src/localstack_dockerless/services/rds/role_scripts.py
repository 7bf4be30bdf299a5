"""Reads the script of roles that pg_dumpall writes. Its function is pure."""

from collections.abc import Iterable


def of_roles(script: str, roles: Iterable[str]) -> list[str]:
    """Returns the statements of pg_dumpall's script that make and change these roles.

    The script has one statement on a line. A grant is made by the superuser of the other server, whose name may differ.
    https://www.postgresql.org/docs/18/app-pg-dumpall.html
    """
    names = {written for role in roles for written in (role, '"' + role.replace('"', '""') + '"')}
    kinds = ("CREATE ROLE {};", "ALTER ROLE {} ", "GRANT {} TO ")
    starts = tuple(kind.format(name) for name in names for kind in kinds)
    return [line.partition(" GRANTED BY ")[0].rstrip(";") for line in script.splitlines() if line.startswith(starts)]
