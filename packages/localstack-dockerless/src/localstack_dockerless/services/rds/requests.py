"""Refuses CreateDBInstance and ModifyDBInstance requests that cannot be honoured. Its functions are pure."""

import json
import secrets
import string
from collections.abc import Collection, Mapping
from typing import Any

# Each would change the connections or the engine, and has no counterpart here.
NOT_EMULATED = (
    "DBClusterIdentifier", "Domain", "DomainFqdn", "CharacterSetName",
    "NcharCharacterSetName", "Timezone", "TdeCredentialArn", "CustomIamInstanceProfile", "MultiTenant",
    "MasterUserAuthenticationType",
)  # fmt: skip
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
RESERVED_USERS = ("rdsadmin",)
LEAST_PORT, MOST_PORT = 1150, 65535
PASSWORD_ALPHABET = string.ascii_letters + string.digits + "-_.~!#%^*()+="


class RefusedError(Exception):
    """The request is refused. `code` is RDS's error code. The text names the setting."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_create(request: Mapping[str, Any]) -> None:
    """Raises `RefusedError` if this instance cannot be created."""
    engine = request.get("Engine")
    if engine != "postgres":
        raise RefusedError(
            "InvalidParameterValue", f"Engine {engine}: this emulator has postgres only (Amazon RDS for PostgreSQL)."
        )
    _check_emulated(request)
    name = request.get("MasterUsername")
    if not name:
        raise RefusedError("InvalidParameterValue", "MasterUsername is missing.")
    if name in RESERVED_USERS or name.startswith("pg_"):
        raise RefusedError(
            "InvalidParameterValue",
            f"MasterUsername {name} cannot be used as it is a reserved word used by the engine",
        )
    check_port(request.get("Port"))
    managed = bool(request.get("ManageMasterUserPassword"))
    if managed == bool(request.get("MasterUserPassword")):
        raise RefusedError(
            "InvalidParameterCombination",
            "Give either MasterUserPassword or ManageMasterUserPassword.",
        )
    if not managed:
        check_password(request["MasterUserPassword"])


def check_restore(request: Mapping[str, Any]) -> None:
    """Raises `RefusedError` if this instance cannot be restored."""
    if request.get("Engine") not in (None, "postgres"):
        raise RefusedError("InvalidParameterValue", f"Engine {request['Engine']}: this emulator has postgres only.")
    _check_emulated(request)
    if request.get("ManageMasterUserPassword") or request.get("DBClusterSnapshotIdentifier"):
        raise RefusedError(
            "InvalidParameterValue",
            "ManageMasterUserPassword and DBClusterSnapshotIdentifier of a restored instance: not supported by this "
            "emulator's RDS.",
        )
    check_port(request.get("Port"))


def check_modify(request: Mapping[str, Any], port: int) -> None:
    """Raises `RefusedError` if this change cannot be made. `port` is the instance's."""
    _check_emulated(request)
    if request.get("DBPortNumber") not in (None, port):
        raise RefusedError(
            "InvalidParameterValue",
            f"DBPortNumber: this emulator's RDS cannot change the port of an instance ({port}).",
        )
    if request.get("RotateMasterUserPassword") and not request.get("ApplyImmediately"):
        raise RefusedError(
            "InvalidParameterCombination",
            "You must specify apply immediately when rotating the master user password.",
        )
    if request.get("MasterUserPassword"):
        check_password(request["MasterUserPassword"])


def check_port(port: int | None) -> None:
    """Checks the port. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    if port is not None and not LEAST_PORT <= port <= MOST_PORT:
        raise RefusedError(
            "InvalidParameterValue",
            f"The parameter Port must be a value between {LEAST_PORT} and {MOST_PORT}, not {port}.",
        )


def _check_emulated(request: Mapping[str, Any]) -> None:
    if unknown := [name for name in NOT_EMULATED if request.get(name)]:
        raise RefusedError("InvalidParameterValue", f"{', '.join(unknown)}: not supported by this emulator's RDS.")


def check_password(password: str) -> None:
    """Checks RDS's own rules.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    if not 8 <= len(password) <= 128:
        raise RefusedError(
            "InvalidParameterValue",
            "The parameter MasterUserPassword is not a valid password because it is not 8 to 128 characters long.",
        )
    if any(not "!" <= letter <= "~" or letter in '/@"' for letter in password):
        raise RefusedError(
            "InvalidParameterValue",
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
            "'/', '@', '\"', ' ' may be used.",
        )


def check_version(engine_version: str | None, server_major: int) -> None:
    """Requires the server's major version: with another version a test could pass here and fail on AWS."""
    if engine_version is not None and engine_version.split(".")[0] != str(server_major):
        raise RefusedError(
            "InvalidParameterCombination",
            f"Cannot find version {engine_version} for postgres: this emulator's Postgres has major version "
            f"{server_major}.",
        )


def other_version(engine_version: str | None, server_major: int, installed: Collection[int]) -> int | None:
    """Returns the major version of an instance that needs another server than the stack's. None: it needs none.

    The minor version is not compared, because RDS upgrades it by itself. Raises `RefusedError` with the installed
    versions.
    """
    wanted = (engine_version or "").split(".")[0]
    if not wanted or wanted == str(server_major):
        return None
    if wanted.isdecimal() and int(wanted) in installed:
        return int(wanted)
    versions = ", ".join(map(str, sorted({*installed, server_major})))
    raise RefusedError(
        "InvalidParameterCombination",
        f"Cannot find version {engine_version} for postgres: this machine has the major versions {versions}.",
    )


def new_password() -> str:
    """Returns a password for ManageMasterUserPassword: 28 characters, as RDS makes it."""
    return "".join(secrets.choice(PASSWORD_ALPHABET) for _ in range(28))


def credentials(username: str) -> str:
    """Returns the text of a managed secret: JSON with the user and a new password."""
    return json.dumps({"username": username, "password": new_password()})
