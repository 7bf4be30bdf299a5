"""Creates and drops DB instances. An instance has a role and a database on the stack's Postgres or its own."""

import logging
import shutil
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
from moto.rds.models import Event, rds_backends

from localstack_dockerless.services.rds.own_server import OwnServer
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server
from localstack_dockerless.services.rds.provisioning import outcome
from localstack_dockerless.services.rds.requests import check_version
from localstack_dockerless.services.rds.restoration import restore

LOG = logging.getLogger(__name__)


@dataclass
class Instance:
    """Holds the facts that moto's instance lacks. The password is removed once it is set."""

    arn: str
    server: Server
    role: str
    database: str | None
    engine_version: str | None
    password: str | None = field(repr=False)
    own: OwnServer | None = None  # None: `server` is the stack's
    copy: Path | None = None  # the snapshot's data folder that it is restored from
    snapshot: str | None = None  # the snapshot's identifier
    deleted: threading.Event = field(default_factory=threading.Event)

    def moto(self) -> Any:
        """Returns moto's object of this instance. None: it does not exist."""
        _, _, _, region, account, _, identifier = self.arn.split(":", 6)
        return rds_backends[account][region].databases.get(identifier)


def new_resource_id() -> str:
    """Returns `db-` and 26 characters, unique for each instance."""
    return f"db-{uuid.uuid4().hex[:26].upper()}"


def provide_in_background(instance: Instance) -> None:
    """Brings the instance from `creating` to `available`, or to `failed` if Postgres does not start."""
    threading.Thread(target=_provide, args=(instance,), name="rds-create", daemon=True).start()


def go_on(instance: Instance) -> None:
    """Runs the instance's own server again after a start with a saved state, or continues its creation."""
    if instance.moto().status == "creating":
        provide_in_background(instance)
    elif instance.own:
        threading.Thread(target=instance.own.run, name="rds-server", daemon=True).start()


def _provide(instance: Instance) -> None:
    try:
        _prepare(instance)
    except (NotPossibleError, OSError, shutil.Error, psycopg2.Error) as error:
        _finish(instance, "failed", str(error))
        return
    _finish(instance, *outcome(lambda: _make(instance), instance.deleted.wait))


def _prepare(instance: Instance) -> None:
    """Starts the instance's own server, or restores its snapshot onto the stack's server."""
    if instance.own:
        instance.own.prepare(instance.copy)
        threading.Thread(target=instance.own.run, name="rds-server", daemon=True).start()
    elif instance.copy:
        restore(instance.copy, instance.arn, instance.role, instance.server)


def _make(instance: Instance) -> None:
    databases = [instance.database] if instance.database else []
    if instance.own:
        instance.own.make_maintenance_database()
        databases.append("postgres")  # the master user's, as on RDS
    check_version(instance.engine_version, instance.server.major_version())
    if instance.password is not None:
        instance.server.provide(instance.role, instance.password, databases)


def drop(instance: Instance) -> None:
    """Ends the instance's server with its data, or drops its role and databases on the stack's server."""
    if instance.own:
        instance.own.remove()
    else:
        instance.server.drop(instance.role, keep=instance.server.maintenance_database)


def forget_pretence(database: Any) -> None:
    """Removes moto's statements about a new instance: that it is available, created and backed up."""
    database.status = "creating"
    database.dbi_resource_id = new_resource_id()
    backend, name = database.backend, database.db_instance_identifier
    pretended = {name}
    for snapshot in backend.describe_db_snapshots(name, snapshot_type="automated"):
        pretended.add(snapshot.db_snapshot_identifier)
        backend.delete_db_snapshot(snapshot.db_snapshot_identifier)
    backend.events = [event for event in backend.events if event.source_identifier not in pretended]


def _finish(instance: Instance, status: str, reason: str | None) -> None:
    instance.password = None
    database = instance.moto()
    if database is None or instance.deleted.is_set():
        return
    database.status = status
    event = Event("DB_INSTANCE_CREATE", database)
    if instance.snapshot:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html (RDS-EVENT-0043)
        event.message, event.event_categories = f"Restored from snapshot {instance.snapshot}", ["restoration"]
    if reason:
        LOG.error("DB instance %s failed: %s", database.db_instance_identifier, reason)
        event.message, event.event_categories = f"DB instance creation failed: {reason}", ["failure"]
    database.backend.events.append(event)
