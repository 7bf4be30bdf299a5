"""Decides on which Postgres a new DB instance is: the stack's, which the first instance gets, or its own.

An instance of another major version than the stack's server has its own server, if that version is installed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from localstack_dockerless.services.rds import programs
from localstack_dockerless.services.rds.addresses import DEFAULT_PORT
from localstack_dockerless.services.rds.instances import Instance
from localstack_dockerless.services.rds.own_server import OwnServer, folder_of
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server
from localstack_dockerless.services.rds.requests import RefusedError


def place(
    arn: str, request: Mapping[str, Any], stack: Server, others: Iterable[Instance], major: int | None
) -> OwnServer | None:
    """Returns the own server for CreateDBInstance's `request`. None is the stack's server.

    `major` is the version of an instance that differs from the stack's server.

    Raises `RefusedError` if the instance needs a server of its own that cannot be run.

    Without Postgres' programs (`EMULATOR_POSTGRES_PROGRAMS`) instances share the stack's server, as far as their names
    and ports allow.
    """
    if major is not None:
        return own_server(arn, request.get("Port"), major)
    sharing = [other for other in others if other.own is None]
    reason = _conflict(request, stack, sharing)
    if not programs.available():
        if reason:
            raise RefusedError(
                "InvalidParameterValue",
                f"{reason} This emulator has no Postgres programs to run a second server with.",
            )
        return None
    if not reason and not sharing and not folder_of(arn).exists():
        return None
    return own_server(arn, request.get("Port"))


def own_server(arn: str, port: int | None, major: int | None = None) -> OwnServer:
    """Returns the instance's own server. Raises `RefusedError` if it cannot be run."""
    if major is None and not programs.available():
        raise RefusedError("InvalidParameterValue", "This emulator has no Postgres programs to run a server with.")
    try:
        return OwnServer(arn, port or DEFAULT_PORT, major)
    except NotPossibleError as error:
        raise RefusedError("InvalidParameterValue", str(error)) from error


def _conflict(request: Mapping[str, Any], stack: Server, sharing: Iterable[Instance]) -> str | None:
    user, database, port = request["MasterUsername"], request.get("DBName"), request.get("Port")
    if port not in (None, stack.port):
        return f"Port {port}: the stack's server has port {stack.port}."
    if user == stack.superuser:
        return f"MasterUsername {user} is the superuser of the stack's server."
    for other in sharing:
        if other.role == user:
            return f"MasterUsername {user} is another instance's on the stack's server."
        if database and other.database == database:
            return f"DBName {database} is another instance's on the stack's server."
    return None
