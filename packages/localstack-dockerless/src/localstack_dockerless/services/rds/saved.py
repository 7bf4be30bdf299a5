"""Saves on which server each DB instance is. The instances' data stays in Postgres' own folders.

An instance's own server is started again. The creation of an instance continues.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS
from moto.rds.models import rds_backends

from localstack_dockerless.services.rds import snapshots
from localstack_dockerless.services.rds.instance_metrics import publish_metrics
from localstack_dockerless.services.rds.instances import Instance, go_on
from localstack_dockerless.services.rds.own_server import OwnServer
from localstack_dockerless.services.rds.postgres import NotPossibleError, server
from localstack_dockerless.state import addresses
from localstack_dockerless.state.registries import keep


@dataclass(frozen=True)
class SavedInstance:
    """Holds a DB instance. `own_port` is None for an instance on the stack's server.

    `own_major` is its server's major version if that differs from `EMULATOR_POSTGRES_PROGRAMS`.
    """

    arn: str
    role: str
    database: str | None
    engine_version: str | None
    password: str | None = dataclasses.field(repr=False)
    own_port: int | None
    copy: str | None
    own_major: int | None = None
    snapshot: str | None = None


def _provider() -> Any:
    return SERVICE_PLUGINS.get_service("rds")._provider  # noqa: SLF001 -- LocalStack has no public access to it


def _save() -> list[SavedInstance]:
    return [
        SavedInstance(
            each.arn,
            each.role,
            each.database,
            each.engine_version,
            each.password,
            each.own.port if each.own else None,
            str(each.copy) if each.copy else None,
            each.own.major if each.own else None,
            each.snapshot,
        )
        for each in list(_provider().instances.values())
    ]


def _load(saved: list[SavedInstance]) -> None:
    for each in saved:
        instance = _instance(each)
        database = instance.moto()
        if database is None:
            continue  # it was being deleted
        database.port = instance.server.port  # it differs if the state is of another port
        _provider().instances[instance.arn] = instance
        go_on(instance)
        publish_metrics(instance)
    snapshots.forget_unknown({each.arn for each in _snapshots()})


def _instance(saved: SavedInstance) -> Instance:
    own = OwnServer(saved.arn, saved.own_port, saved.own_major) if saved.own_port else None
    return Instance(
        arn=saved.arn,
        server=own.server() if own else server(),
        role=saved.role,
        database=saved.database,
        engine_version=saved.engine_version,
        password=saved.password,
        own=own,
        copy=Path(saved.copy) if saved.copy else None,
        snapshot=saved.snapshot,
    )


def _snapshots() -> list[Any]:
    return [
        snapshot
        for regions in rds_backends.values()
        for backend in regions.values()
        for snapshot in backend.database_snapshots.values()
    ]


def _port() -> int | None:
    try:
        return server().port
    except NotPossibleError:
        return None


keep("rds", "instances", _save, _load)
addresses.declare("postgres", _port)
