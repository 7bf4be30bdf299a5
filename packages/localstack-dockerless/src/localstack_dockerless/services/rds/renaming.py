"""Renames a DB instance. It then has another ARN and another endpoint, and its old endpoint is free.

An instance of the stack's server gets a server of its own with its data. So a new instance can have the old name and
its endpoint.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
"""

import logging
import shutil
import threading
from collections.abc import Mapping
from typing import Any

import psycopg2
from moto.core.exceptions import ServiceException

from localstack_dockerless.services.rds import programs, snapshots
from localstack_dockerless.services.rds.instances import Instance
from localstack_dockerless.services.rds.own_server import OwnServer
from localstack_dockerless.services.rds.postgres import NotPossibleError
from localstack_dockerless.services.rds.requests import RefusedError

LOG = logging.getLogger(__name__)


def check(request: Mapping[str, Any], backend: Any) -> None:
    """Raises `RefusedError` if the instance cannot have the new identifier."""
    new = request["NewDBInstanceIdentifier"].lower()
    if not request.get("ApplyImmediately"):
        raise RefusedError(
            "InvalidParameterCombination",
            "NewDBInstanceIdentifier without ApplyImmediately: this emulator's RDS has no maintenance window.",
        )
    if new in backend.databases:
        raise RefusedError("DBInstanceAlreadyExists", "DB instance already exists")
    try:
        backend._validate_db_identifier(new)  # noqa: SLF001 -- moto validates the names of new instances alone
    except ServiceException as error:
        raise RefusedError(error.code, error.message) from error


def rename(instance: Instance, arn: str, instances: dict[str, Instance]) -> None:
    """Gives the instance its new ARN, and moves its server in the background. Its status is `renaming` meanwhile."""
    del instances[instance.arn]
    instance.arn = arn
    instances[arn] = instance
    instance.moto().status = "renaming"
    threading.Thread(target=_move, args=(instance,), name="rds-rename", daemon=True).start()


def _move(instance: Instance) -> None:
    database = instance.moto()
    try:
        if instance.own or programs.available():
            own = _moved(instance)
            own.start()
            if instance.own is None:
                instance.server.drop(instance.role, keep=instance.server.maintenance_database)
            instance.own, instance.server = own, own.server()
        database.port = instance.server.port
        database.status = "available"
    except (NotPossibleError, OSError, shutil.Error, psycopg2.Error) as error:
        LOG.error("DB instance %s could not be renamed: %s", database.db_instance_identifier, error)
        database.status = "failed"


def _moved(instance: Instance) -> OwnServer:
    """Returns the server of the instance's new ARN, with its data. It does not run yet."""
    new = OwnServer(instance.arn, instance.server.port, instance.own.major if instance.own else None)
    if instance.own:
        instance.own.stop()
        instance.own.folder.rename(new.folder)
        return new
    copy = snapshots.folder_of(f"{instance.arn}:renaming")
    try:
        snapshots.copy_server(instance.server, copy)
        new.prepare(copy)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return new
